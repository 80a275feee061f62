import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import { checkUrl } from './check-url.ts';
import type { Config, ExtensionEntry, Rule } from './config.ts';
import { isPattern, PatternError, parsePattern } from './dialplan-pattern.ts';
import { derivedEventId } from './event-id.ts';
import type { LoadOptions } from './load.ts';
import type { Problem } from './problem.ts';
import type { RawConfig, RawRule } from './schema.ts';
import { hasReference, resolveReferences, SecretError } from './secrets.ts';
import type { YamlTree } from './yaml-tree.ts';

type Path = readonly (string | number)[];

/** What a schema cannot say: references between keys, patterns, URLs, secrets. Every problem is told. */
export function checkMeaning(
  raw: RawConfig,
  tree: YamlTree,
  file: string,
  options: LoadOptions,
  tell: (problem: Problem) => void,
): Config {
  const fail = (path: Path, message: string) => tell({ ...tree.placeOf(path), key: keyText(path), message });
  const failKey = (path: Path, key: string, message: string) =>
    tell({ ...tree.placeOfKey(path, key), key: keyText([...path, key]), message });
  const secrets: string[] = [];
  const reveal = (text: string, path: Path): string => {
    if (options.secrets === 'keep') return text;
    try {
      return resolveReferences(text, options.env ?? process.env, (secret) => secrets.push(secret));
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      fail(path, error.message);
      return '';
    }
  };

  if (options.require !== 'extensions' && raw.asterisk === undefined)
    tell({
      line: 1,
      column: 1,
      key: 'asterisk',
      message: 'is missing; expected the connection to Asterisk: username and secret at least',
    });
  const asterisk = raw.asterisk && { ...raw.asterisk, secret: reveal(raw.asterisk.secret, ['asterisk', 'secret']) };
  if (asterisk !== undefined) {
    if (raw.asterisk?.secret === asterisk.secret) secrets.push(asterisk.secret);
    if (/[\r\n]/.test(asterisk.secret + asterisk.username))
      fail(['asterisk', 'secret'], 'holds a line end, which AMI does not allow');
  }

  const namesOf = (rule: RawRule) => [...(rule.variables ?? raw.variables), ...Object.keys(rule.params)];
  const ids = new Map<string, Path>();
  const channels = new Map<string, string>();
  const extensions: ExtensionEntry[] = [];
  for (const [key, entry] of Object.entries(raw.extensions)) {
    const path = ['extensions', key];
    if (key === '') failKey(['extensions'], key, 'an extension needs a name');
    if (key === '<<')
      failKey(['extensions'], key, "YAML's merge is not known here; a pattern such as _1XX does the same");
    const pattern = isPattern(key) ? patternOf(key, (message) => failKey(['extensions'], key, message)) : undefined;
    entry.channels?.forEach((channel, index) => {
      const at = [...path, 'channels', index];
      if (!/^[A-Za-z0-9_]+\/./.test(channel))
        fail(at, `"${channel}": expected technology and name, such as PJSIP/${key}`);
      if (/^Local\//i.test(channel)) fail(at, 'a Local channel is never an extension');
      if (isPattern(key)) return;
      const claimed = channel.replaceAll('{extension}', key);
      const other = channels.get(claimed);
      if (other === key) fail(at, `${claimed} is in this list already`);
      else if (other !== undefined)
        fail(at, `${claimed} belongs to extension ${other} already; a channel has one extension`);
      channels.set(claimed, key);
    });
    const perEvent = new Map<string, number>();
    const rules = entry.events?.map((rule, index): Rule => {
      const at = [...path, 'events', index];
      const position = perEvent.get(rule.on) ?? 0;
      perEvent.set(rule.on, position + 1);
      const id = rule.id ?? derivedEventId(key, rule.on, position);
      const first = ids.get(id);
      if (first !== undefined) {
        const { line } = tree.placeOf(first);
        fail(
          rule.id === undefined ? at : [...at, 'id'],
          `the Event ID ${id} is used already, in line ${line}; it must be unique`,
        );
      }
      ids.set(id, rule.id === undefined ? at : [...at, 'id']);
      return checkRule({ ...rule, id }, at, namesOf, fail, reveal);
    });
    extensions.push({ key, pattern, channels: entry.channels, did: entry.did, rules });
  }

  raw.ignore.forEach((number, index) => {
    if (isPattern(number)) patternOf(number, (message) => fail(['ignore', index], `"${number}": ${message}`));
  });
  raw.numbers.forEach(({ match, replace }, index) => {
    try {
      const groups = RE2JS.compile(match).groupCount();
      const missing = [...replace.matchAll(/\$(\d)/g)].find(([, group]) => Number(group) < 1 || Number(group) > groups);
      if (missing !== undefined)
        fail(['numbers', index, 'replace'], `${missing[0]} stands for a group (…) that "${match}" does not have`);
    } catch (error) {
      fail(['numbers', index, 'match'], `"${match}" is no regular expression (RE2): ${messageOf(error)}`);
    }
  });
  for (const list of ['allow', 'deny'] as const) {
    raw.delivery[list].forEach((network, index) => {
      if (!ipaddr.isValid(network) && !ipaddr.isValidCIDR(network))
        fail(['delivery', list, index], `"${network}": expected an address or a network, such as 10.0.0.0/8`);
    });
  }
  const signing = raw.delivery.signing && checkSigning(raw.delivery.signing, ['delivery', 'signing'], fail, reveal);
  return {
    ...raw,
    file,
    asterisk,
    extensions,
    delivery: { ...raw.delivery, ...(signing && { signing }) },
    secrets: [...new Set(secrets)],
  };
}

type Fail = (path: Path, message: string) => void;
type Reveal = (text: string, path: Path) => string;

function checkRule(
  rule: RawRule & { id: string },
  at: Path,
  namesOf: (rule: RawRule) => readonly string[],
  fail: Fail,
  reveal: Reveal,
): Rule {
  const url = reveal(rule.url, [...at, 'url']);
  if (url !== '') checkUrl(url, namesOf(rule), (message) => fail([...at, 'url'], message));
  if (rule.method === 'GET' && rule.body === 'json')
    fail([...at, 'body'], 'a GET has no body; expected method: POST beside body: json');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(rule.headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) fail([...at, 'headers', name], 'is no name of a header');
    headers[name] = reveal(value, [...at, 'headers', name]);
    if (/[\r\n]/.test(headers[name])) fail([...at, 'headers', name], 'holds a line end');
  }
  const signing = rule.signing && checkSigning(rule.signing, [...at, 'signing'], fail, reveal);
  return { ...rule, url, headers, ...(signing && { signing }) };
}

function checkSigning(signing: { secrets: string[] }, at: Path, fail: Fail, reveal: Reveal): { secrets: string[] } {
  const secrets = signing.secrets.map((secret, index) => {
    const path = [...at, 'secrets', index];
    const value = reveal(secret, path);
    if (value !== '' && !hasReference(value) && !/^(whsec_)?[A-Za-z0-9+/]{16,}={0,2}$/.test(value))
      fail(path, 'expected a secret as Standard Webhooks has it: whsec_ and base64 (head -c 32 /dev/urandom | base64)');
    return value;
  });
  return { secrets };
}

function patternOf(text: string, fail: (message: string) => void) {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    fail(`bad pattern: ${error.message}`);
    return undefined;
  }
}

function keyText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
