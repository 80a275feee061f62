// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/config-problem.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';

const GOOD = `asterisk:
  username: callevents
  secret: geheim
extensions:
  "101":
    events:
      - on: dial-in
        url: https://crm.example.com/hook
`;

function problemsOf(source: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    parseConfig(source, 'config.yaml', { env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

describe('what an administrator mistypes', () => {
  it.each([
    [
      'a key',
      GOOD.replace('username', 'usrname'),
      'config.yaml:2:3: asterisk.usrname: unknown key; did you mean "username"?',
    ],
    [
      'a key of a rule',
      GOOD.replace('url:', 'ulr:'),
      'config.yaml:8:9: extensions.101.events[0].ulr: unknown key; did you mean "url"?',
    ],
    [
      'a key at the top',
      GOOD.replace('extensions:', 'extension:'),
      'config.yaml:4:1: extension: unknown key; did you mean "extensions"?',
    ],
    ['an event', GOOD.replace('on: dial-in', 'on: dialin'), 'did you mean "dial-in"?'],
    ['an event in the other fashion', GOOD.replace('on: dial-in', 'on: Dial-In'), undefined],
    [
      'a port',
      GOOD.replace('  secret', '  port: 70000\n  secret'),
      'config.yaml:3:9: asterisk.port: "70000": expected a whole number from 1 to 65535',
    ],
    [
      'a time without its unit',
      GOOD.replace('  secret', '  pingInterval: 15\n  secret'),
      'expected a time with its unit, such as 250ms, 10s, 2m, 24h or 30d',
    ],
    ['a switch', `${GOOD}metrics: {enabled: maybe}\n`, 'metrics.enabled: "maybe": expected true or false'],
    [
      'a URL without its scheme',
      GOOD.replace('https://', ''),
      'config.yaml:8:14: extensions.101.events[0].url: expected a full URL, beginning with https:// or http://',
    ],
    ['a URL of another kind', GOOD.replace('https://', 'ftp://'), 'ftp: is not spoken; expected https:// or http://'],
    ['a URL with a blank', GOOD.replace('/hook', '/a b'), 'holds a blank; write it as %20'],
    ['a tab', GOOD.replace('  username', '\tusername'), 'config.yaml:2:1: a tab is used to indent; YAML needs spaces'],
    ['a quote that is not closed', GOOD.replace('"101"', '"101'), 'a quote'],
    [
      'the same key twice',
      GOOD.replace('  secret: geheim', '  secret: a\n  secret: b'),
      'config.yaml:4:3: this key is here a second time; the first one is above',
    ],
    ['no url', GOOD.replace(/\n.*url:.*/, ''), 'extensions.101.events[0].url: is missing'],
    [
      'no events',
      GOOD.replace(/events:[\s\S]*/, 'events: none\n'),
      'expected a list of events, each beginning with "- on:"',
    ],
    [
      'no connection',
      GOOD.replace(/asterisk:[\s\S]*?(?=extensions)/, ''),
      'config.yaml:1:1: asterisk: is missing; expected the connection to Asterisk: username and secret at least',
    ],
    ['nothing', '', 'config.yaml:1:1: the file is empty'],
    ['only a comment', '# later\n', 'the file is empty'],
    ['two documents', `${GOOD}---\n${GOOD}`, 'a second document begins here'],
    ['a pattern', `${GOOD}  _[1XX: {}\n`, 'config.yaml:9:3: extensions._[1XX: bad pattern: "[" has no "]"'],
    ['a pattern that goes on after its end', `${GOOD}  _1.X: {}\n`, 'nothing can follow "."'],
    ['an ignored pattern', `${GOOD}ignore: ["_[*"]\n`, 'ignore[0]: "_[*": bad pattern: "[" has no "]"'],
    [
      'a Local channel',
      GOOD.replace('    events', '    channels: [Local/1@a]\n    events'),
      'a Local channel is never an extension',
    ],
    [
      'a channel without its technology',
      GOOD.replace('    events', '    channels: ["101"]\n    events'),
      '"101": expected technology and name, such as PJSIP/101',
    ],
    [
      'a channel of two extensions',
      `${GOOD}  "102": {channels: [PJSIP/x]}\n  "103": {channels: [PJSIP/x]}\n`,
      'PJSIP/x belongs to extension 102 already',
    ],
    ['json with GET', `${GOOD}        body: json\n`, 'a GET has no body; expected method: POST beside body: json'],
    [
      'a regular expression',
      `${GOOD}numbers: [{match: "(", replace: x}]\n`,
      'numbers[0].match: "(" is no regular expression (RE2)',
    ],
    ['a network', `${GOOD}delivery: {deny: [10.0.0.0/99]}\n`, 'expected an address or a network, such as 10.0.0.0/8'],
    [
      'a signing secret',
      `${GOOD}delivery: {signing: {secrets: [short]}}\n`,
      'expected a secret as Standard Webhooks has it',
    ],
    [
      'a missing environment variable',
      GOOD.replace('geheim', '${env:NOT_SET}'),
      'asterisk.secret: the environment variable NOT_SET is not set',
    ],
    ['a missing file', GOOD.replace('geheim', '${file:/nowhere/x}'), 'there is no file /nowhere/x'],
    [
      'a credential outside of systemd',
      GOOD.replace('geheim', '${credential:x}'),
      'there is no file /etc/call-events/x',
    ],
  ])('%s', (_, source, expected) => {
    const problems = problemsOf(source);
    if (expected === undefined) expect(problems).toEqual([]);
    else expect(problems.join('\n')).toContain(expected);
  });

  it('is reported all at once, in the order of the file', () => {
    const source = GOOD.replace('username', 'usrname').replace('https://', '').replace('on: dial-in', 'on: ringing');
    expect(problemsOf(source).map((line) => line.split(': ')[0])).toEqual([
      'config.yaml:2:3',
      'config.yaml:2:3',
      'config.yaml:7:13',
      'config.yaml:8:14',
    ]);
  });

  it.each([
    ['of the schema', '      - on: hangup\n        uri: http://a/\n', ['missing', 'unknown']],
    ['of its meaning', '      - on: hangup\n        url: http://a/{CalID}\n', ['no parameter']],
    ['of a secret', '      - on: hangup\n        url: "${env:NOT_SET}"\n', ['not set']],
  ])('is reported for each of two extensions that are alike: a mistake %s', (_, rule, said) => {
    const extension = (key: string) => `  "${key}":\n    events:\n${rule}`;
    const problems = problemsOf(`${GOOD}${extension('102')}${extension('103')}`);
    const of = (key: string) =>
      problems.filter((line) => line.includes(`extensions.${key}.`)).map((line) => line.split(key)[1]);
    expect(of('102')).toHaveLength(said.length);
    for (const words of said) expect(of('102').join()).toContain(words);
    expect(of('103')).toEqual(of('102'));
  });

  it('is reported in all places but the first when extensions that are alike have the same Event ID', () => {
    const extension = (key: string) =>
      `  "${key}":\n    events:\n      - on: hangup\n        id: same\n        url: http://a/\n`;
    expect(problemsOf(`${GOOD}${extension('102')}${extension('103')}${extension('104')}`)).toEqual([
      expect.stringContaining(
        'config.yaml:17:13: extensions.103.events[0].id: the Event ID same is used already, in line 12',
      ),
      expect.stringContaining(
        'config.yaml:22:13: extensions.104.events[0].id: the Event ID same is used already, in line 17',
      ),
    ]);
  });

  it('is reported with both lines when an Event ID is used twice', () => {
    const rule = '      - {on: hangup, id: same, url: "http://a/"}\n';
    expect(problemsOf(GOOD + rule + rule).join()).toBe(
      'config.yaml:10:26: extensions.101.events[2].id: the Event ID same is used already, in line 9; it must be unique',
    );
  });

  it('ends aliases that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => [...pair]))
      bomb.push(`${name}: &${name} [${`*${of}, `.repeat(9)}*${of}]`);
    expect(problemsOf(bomb.join('\n')).join()).toContain('aliases (*name) multiply');
  });

  it('never shows a secret', () => {
    const source = GOOD.replace('geheim', '${env:S}').replace(
      'events:',
      'events: [{on: hangup, url: "x", headers: {A: "${env:S}"}}]\n    evnts:',
    );
    expect(problemsOf(source, { S: 'very secret' }).join('\n')).not.toContain('very secret');
  });
});

describe('files that are none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-config-'));
  const write = (name: string, bytes: Buffer | string) => {
    const file = join(directory, name);
    writeFileSync(file, bytes);
    return file;
  };
  it.each([
    ['missing', join(directory, 'none.yaml'), 'there is no such file'],
    ['a directory', directory, 'this is a directory'],
    ['UTF-16', write('utf16.yaml', Buffer.from(GOOD, 'utf16le')), 'NUL bytes (saved as UTF-16? It must be UTF-8)'],
    ['Latin-1', write('latin1.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe9])), 'the file is not UTF-8'],
  ])('%s', (_, file, expected) => {
    expect(() => loadConfig(file)).toThrow(expected);
  });

  it('take a byte order mark', () => {
    expect(loadConfig(write('bom.yaml', `\uFEFF${GOOD}`)).extensions).toHaveLength(1);
  });
});

describe('numbers in the wild', () => {
  it('keep their text, quoted or not', () => {
    const { extensions } = parseConfig(
      'extensions:\n  101: {did: +18005550101}\n  0101: {did: 012345}\n  0003*001:\n  7e002511: {notes: 0x10, did: 1_000}\n',
      'config.yaml',
      { require: 'extensions' },
    );
    expect(extensions.map(({ key, did }) => [key, did])).toEqual([
      ['101', '+18005550101'],
      ['0101', '012345'],
      ['0003*001', undefined],
      ['7e002511', '1_000'],
    ]);
  });
});

describe('a good file', () => {
  it('has its defaults, and secrets from elsewhere', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'call-events-config-')), 'secret');
    writeFileSync(file, 'from a file\n');
    const config = parseConfig(GOOD.replace('geheim', `\${file:${file}}`), 'config.yaml');
    expect(config.servers[0]).toMatchObject({
      server: '',
      host: '127.0.0.1',
      port: 5038,
      secret: 'from a file',
      tls: false,
    });
    expect(config.secrets).toEqual(['from a file']);
    expect(config.delivery).toMatchObject({ timeout: 10_000, connectTimeout: 3000, perTarget: 4, total: 64 });
    expect(config.delivery.retry.dial).toEqual({ tries: [0, 1000, 3000, 8000, 20_000, 45_000], expire: 120_000 });
  });

  it('gives a rule the same Event ID for ever', () => {
    const id = (source: string) => parseConfig(source, 'config.yaml').extensions[0]?.rules?.[0]?.id;
    expect(id(GOOD)).toMatch(/^[0-9a-f]{8}$/);
    expect(id(GOOD.replace('/hook', '/other'))).toBe(id(GOOD));
    expect(id(GOOD.replace('101', '102'))).not.toBe(id(GOOD));
  });

  it('is the one that comes with the program, which names every key', () => {
    const text = readFileSync(join(import.meta.dirname, '../../config.yaml'), 'utf8');
    expect(problemsOf(text)).toEqual([]);
    const reference = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
    for (const [, path] of reference.matchAll(/^\| `([^`]+)` \|/gm)) {
      const key = path?.split('.').at(-1)?.replace('[]', '') ?? '';
      if (key !== '<name>') expect(text).toMatch(new RegExp(`\\b${key}:`));
    }
  });
});

it('gives a configuration or says where the fault lies, for any text', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...GOOD.split('\n'), '  - x', '&a *a', '{', '"', "'", '? x', '<<: *a', '%TAG', '  events: 5'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const source = lines.join('\n');
      try {
        parseConfig(source, 'c', { env: {} });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        for (const problem of error.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(source.split(/\r\n|\r|\n/).length);
          expect(problem.column).toBeGreaterThanOrEqual(1);
        }
      }
    }),
    { numRuns: 500 },
  );
});
