import { describe, expect, it } from '@jest/globals';
import { toPieces } from '../../../src/config/background/config-pieces.ts';
import { loadInBackground } from '../../../src/config/background/load-in-background.ts';
import { ConfigError } from '../../../src/config/config-problem.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const directory = temporaryDirectory();
let files = 0;

const EXTENSIONS = Array.from(
  { length: 1000 },
  (_, n) => `  "${2000 + n}": { did: "+1800${n}", events: [{ on: hangup, url: "https://crm.example.com/${n}" }] }\n`,
).join('');
const SOURCE = `asterisk: { username: callevents, secret: "\${env:SECRET}" }
extensions:
  _1XX: { channels: ["PJSIP/t_{extension}"], events: [{ on: dial-in, url: https://crm.example.com }] }
${EXTENSIONS}`;

function fileOf(text: string): string {
  return directory.write(`config-${files++}.yaml`, text);
}

describe('config.yaml read in a thread of its own', () => {
  it('is what it is when it is read at once, patterns and secrets too', async () => {
    const file = fileOf(SOURCE);
    const options = { env: { SECRET: 'geheim' } };
    const { config, text } = await loadInBackground(file, options);
    const { extensions, ...rest } = parseConfig(SOURCE, file, options);
    expect(text).toBe(SOURCE);
    expect({ ...config, extensions: [] }).toEqual({ ...rest, extensions: [] });
    expect(config.secrets).toEqual(['geheim']);
    expect(config.extensions.map(({ pattern, ...entry }) => entry)).toEqual(
      extensions.map(({ pattern, ...entry }) => entry),
    );
    const pattern = config.extensions.find(({ key }) => key === '_1XX')?.pattern;
    expect([pattern?.matches('101'), pattern?.matches('201')]).toEqual([true, false]);
  });

  it('has the same problems, with their places', async () => {
    const file = fileOf(SOURCE.replace('on: hangup', 'on: hangupp'));
    const failure = await loadInBackground(file, { env: { SECRET: 'geheim' } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(`${file}:4:43: extensions.2000.events[0].on: "hangupp"`);
  });

  it('comes in pieces, so that what else there is to do gets its turn between them', async () => {
    const config = parseConfig(SOURCE, 'config.yaml', { env: { SECRET: 'geheim' } });
    const sizes = [...toPieces(config, SOURCE)].map((piece) => (piece.kind === 'entries' ? piece.entries.length : 0));
    expect(sizes).toEqual([250, 250, 250, 250, 1, 0]);
  });

  it('is refused when it takes too long', async () => {
    await expect(loadInBackground(fileOf(SOURCE), {}, 0)).rejects.toThrow('reading and checking it takes longer than');
  });
});
