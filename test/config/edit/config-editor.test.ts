// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../../src/config/config.ts';
import { ChangedMeanwhile, ConfigEditor } from '../../../src/config/edit/config-editor.ts';
import { loadConfig } from '../../../src/config/load.ts';

const CONFIG =
  'asterisk: { username: a, secret: bcdefgh }\nextensions:\n  "101":\n    events:\n      - on: dial-in # rings\n        url: https://a.example/\n';
const rule = {
  on: 'hangup',
  id: 'x1',
  method: 'POST',
  url: 'https://crm.example.com/a?token=${env:TOKEN}',
  status: 'enabled',
};

let directory: string;
let file: string;
let editor: ConfigEditor;
const text = () => readFileSync(file, 'utf8');

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'call-events-editor-')));
  file = join(directory, 'config.yaml');
  writeFileSync(file, CONFIG);
  editor = new ConfigEditor(file, { env: { TOKEN: 'geheim-geheim' } });
});
afterEach(async () => editor.close());

/** Without functions, which are never equal. */
const shown = (config: Config): unknown => JSON.parse(JSON.stringify(config));
const add = { kind: 'add rule', extension: '101', rule } as const;

describe('the editor of config.yaml', () => {
  it('reads an entry as it is written, with the Event IDs of its rules', async () => {
    const { entries } = await editor.read([{ extension: '101' }, { extension: '102' }]);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      place: { extension: '101' },
      entry: { events: [{ on: 'dial-in', url: 'https://a.example/' }] },
      ids: [expect.stringMatching(/^[0-9a-f]{8}$/)],
    });
  });

  it('shows what a change would do, and writes nothing', async () => {
    const plan = await editor.preview([add]);
    expect(plan.hunks).toEqual([
      {
        line: 7,
        removed: [],
        added: [
          '      - on: hangup',
          '        id: x1',
          '        method: POST',
          `        url: ${rule.url}`,
          '        status: enabled',
        ],
      },
    ]);
    expect(plan.rules['101']?.[1]).toMatchObject({ id: 'x1', url: 'https://crm.example.com/a?token=geheim-geheim' });
    expect(plan.secrets).toContain('geheim-geheim');
    expect(text()).toBe(CONFIG);
  });

  it('gives the configuration that it has written, as reading it again would', async () => {
    const pattern = { kind: 'add extension', extension: '_2XX', settings: {}, rules: [{ ...rule, id: 'x2' }] } as const;
    const { written } = await editor.save([add, pattern]);
    expect(written?.text).toBe(text());
    const again = loadConfig(file, { env: { TOKEN: 'geheim-geheim' } });
    expect(written && shown(written.config)).toEqual(shown(again));
    expect(written?.config.extensions.at(-1)?.pattern?.matches('201')).toBe(true);
    expect((await editor.save([{ ...add, rule: { ...rule, id: 'x3', url: 'x' } }])).written).toBeUndefined();
  });

  it('writes a change, with mode and owner of the file', async () => {
    chmodSync(file, 0o640);
    if (process.getuid?.() === 0) chownSync(file, 12, 34);
    const { mode, uid, gid } = statSync(file);
    const saved = await editor.save([add]);
    expect(saved.isWritten).toBe(true);
    expect(text()).toContain('# rings\n        url: https://a.example/\n      - on: hangup\n');
    expect(statSync(file)).toMatchObject({ mode, uid, gid });
    expect(readdirSync(directory)).toEqual(['config.yaml']);
  });

  it('keeps a byte order mark', async () => {
    writeFileSync(file, `\ufeff${CONFIG}`);
    await editor.save([add]);
    expect(text().startsWith('\ufeffasterisk')).toBe(true);
    expect((await editor.read([{ extension: '101' }])).entries[0]?.ids).toHaveLength(2);
  });

  it('writes nothing that has a problem, and says what and where in the words of `check`', async () => {
    const saved = await editor.save([{ ...add, rule: { ...rule, url: 'crm.example.com' } }]);
    expect(saved).toMatchObject({
      isWritten: false,
      problems: [
        { key: 'extensions.101.events[1].url', message: 'expected a full URL, beginning with https:// or http://' },
      ],
    });
    expect(text()).toBe(CONFIG);
  });

  it('refuses what was thought for another text, and goes on after that', async () => {
    const { revision } = await editor.read([]);
    writeFileSync(file, `# somebody else\n${CONFIG}`);
    await expect(editor.save([add], revision)).rejects.toThrow(ChangedMeanwhile);
    expect(text()).toBe(`# somebody else\n${CONFIG}`);
    expect(await editor.save([add], (await editor.read([])).revision)).toMatchObject({ isWritten: true });
  });

  it('lets the second of two who save at once see that the first has', async () => {
    const { revision } = await editor.read([]);
    const both = await Promise.allSettled([
      editor.save([add], revision),
      editor.save([{ ...add, rule: { ...rule, id: 'x2' } }], revision),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('writes what a link leads to, and leaves the link', async () => {
    mkdirSync(join(directory, 'real'));
    const real = join(directory, 'real', 'other.yaml');
    const link = join(directory, 'link.yaml');
    writeFileSync(real, CONFIG);
    symlinkSync(real, link);
    const other = new ConfigEditor(link, { env: { TOKEN: 'geheim-geheim' } });
    await other.save([add]);
    await other.close();
    expect(realpathSync(link)).toBe(real);
    expect(readFileSync(real, 'utf8')).toContain('x1');
  });

  it('writes a file that has a second name in its place', async () => {
    linkSync(file, join(directory, 'second.yaml'));
    await editor.save([add]);
    expect(readFileSync(join(directory, 'second.yaml'), 'utf8')).toBe(text());
    expect(text()).toContain('x1');
  });

  it('says of a file that is not there, or cannot be read, what `check` says', async () => {
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0]));
    await expect(editor.read([{ extension: '101' }])).rejects.toMatchObject({ code: 'BAD_CONFIG' });
    expect(new ConfigEditor(join(directory, 'nothing.yaml'), {}).whyReadOnly).toMatch(/is not there/);
    expect(editor.whyReadOnly).toBeUndefined();
  });
});

it('shows what a change would do to ten thousand extensions as it does to one, and checks them all when it is saved', async () => {
  const others = Array.from(
    { length: 10_000 },
    (_, at) =>
      `  "${10_000 + at}":\n    events:\n      - { on: hangup, id: other-${at}, url: "https://a.example/${at}" }\n`,
  );
  writeFileSync(file, CONFIG + others.join(''));
  const twice = { ...add, rule: { ...rule, id: 'other-7' } };
  expect((await editor.preview([twice])).rules['101']?.map(({ id }) => id)).toContain('other-7');
  const wrong = await editor.preview([{ ...add, rule: { ...rule, url: 'x' } }]);
  expect(wrong.problems).toMatchObject([{ key: 'extensions.101.events[1].url' }]);
  const saved = await editor.save([twice]);
  expect(saved.isWritten).toBe(false);
  expect(saved.problems[0]?.message).toMatch(/the Event ID other-7 is used already/);
});
