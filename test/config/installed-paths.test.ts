// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${credential:…} is what an administrator writes, not a template.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { outboxPathOf } from '../../src/config/ami-settings.ts';
import { captureIo } from '../helpers/captured-io.ts';

/** What the package has in /etc/call-events; and a folder in which somebody types, with nothing in it. */
const installed = mkdtempSync(join(tmpdir(), 'call-events-installed-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'call-events-elsewhere-'));
const configFile = join(installed, 'config.yaml');
const CONFIG = `asterisk: { username: callevents, secret: "\${credential:ami.secret}" }
extensions: { "101": { events: [{ on: dial-in, url: http://127.0.0.1/ }] } }
`;
writeFileSync(configFile, CONFIG);

const from = process.cwd();
beforeAll(() => process.chdir(elsewhere));
afterAll(() => process.chdir(from));

async function check() {
  const captured = captureIo({ env: { CONFIGURATION_DIRECTORY: installed } });
  const code = await runProgram(['check'], captured.io);
  return { code, said: captured.stdout() + captured.stderr() };
}

describe('a command beside the installed service', () => {
  it('says which file a credential is read from when it is not there', async () => {
    const { code, said } = await check();
    expect(code).toBe(78);
    expect(said).toContain(`there is no file ${installed}/ami.secret`);
  });

  it('finds the installed configuration and its secret', async () => {
    writeFileSync(join(installed, 'ami.secret'), 'quite-secret\n');
    const { code, said } = await check();
    expect(code).toBe(0);
    expect(said).toContain(`${configFile}: 1 extension, 1 rule`);
  });

  it('takes the configuration of the current folder first', async () => {
    writeFileSync('config.yaml', 'extensions: {}\n');
    expect((await check()).said).toContain('config.yaml:1:1: asterisk');
  });
});

describe('the outbox', () => {
  it.each([
    [
      'as config.yaml says',
      { outbox: '/somewhere/else.db', file: configFile },
      { STATE_DIRECTORY: '/state' },
      '/somewhere/else.db',
    ],
    [
      'where systemd says',
      { outbox: undefined, file: configFile },
      { STATE_DIRECTORY: '/state:/more' },
      '/state/outbox.db',
    ],
    [
      'of a service with another configuration is its own',
      { outbox: undefined, file: 'config.yaml' },
      {},
      './call-events.db',
    ],
  ])('%s', (_, config, env, expected) => {
    expect(outboxPathOf(config as Parameters<typeof outboxPathOf>[0], env)).toBe(expected);
  });
});
