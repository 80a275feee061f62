import { type DialplanPattern, isPattern, PatternError, parsePattern } from '../dialplan-pattern.ts';
import type { CheckContext, Path } from './check-context.ts';

/** Technologies as Asterisk spells them in the names of channels, where upper and lower case differ. */
const TECHNOLOGIES = ['PJSIP', 'SIP', 'IAX2', 'SCCP', 'DAHDI', 'Skinny', 'MGCP', 'UniMRCP', 'Motif', 'Console'];

/**
 * @param at the map that the key is in
 * @returns the pattern that the key is; absent for an exact extension
 */
export function checkKey(at: Path, key: string, { failKey, hintKey }: CheckContext): DialplanPattern | undefined {
  const fail = (message: string) => failKey(at, key, message);
  if (key === '') fail('an extension needs a name');
  else if (key === '<<') fail("YAML's merge is not known here; a pattern such as _1XX does the same");
  else if (/^[“”„‘’‚«»]|[“”‘’«»]$/.test(key)) fail(`typographic quotes are no quotes for YAML; use " or '`);
  else if (key.trim() !== key) fail('begins or ends with a blank, which would be part of its name');
  else if (isPattern(key)) return patternOf(key, fail);
  else {
    const advice = adviceForKey(key);
    if (advice !== undefined) hintKey(at, key, `is one extension of just this name; ${advice}`);
  }
  return undefined;
}

/** The probable meaning of a key that is valid, but an odd name for an extension. */
function adviceForKey(key: string): string | undefined {
  if (/^[0-9*#+]*([XZN]|\[[0-9-]+\])[0-9XZN.!*#[\]-]*$/.test(key)) return `for a pattern write _${key}`;
  const [, from, to] = /^(\d+) *(?:-|\.\.+|–|to) *(\d+)$/.exec(key) ?? [];
  if (from !== undefined && to !== undefined && from.length === to.length && from < to)
    return `several are a pattern, such as ${patternOfRange(from, to) ?? '_1XX for 100 to 199'}`;
  if (/^[\w*#+]+(?:\s*[,;|&]\s*[\w*#+]+)+$/.test(key))
    return 'each extension is a key of its own, or all of them are a pattern, such as _1XX';
  if (/[\\^$(){}|]|[.\])X][*+?]/.test(key))
    return 'regular expressions are not known here; a pattern is written as in the dialplan, such as _1XX';
  if (/^(?:\*+|\?+|\.|\d+[*?])$|^(?:default|all|any|every|everyone|others?|rest|else)$/i.test(key))
    return 'what all extensions have is a pattern that matches them, such as _XXX for all numbers of three digits';
  return undefined;
}

/** `_1XX` for 100 to 199; absent where no single pattern fits. */
function patternOfRange(from: string, to: string): string | undefined {
  const [, same = '', zeros, nines] = /^(\d*)(0+)-\1(9+)$/.exec(`${from}-${to}`) ?? [];
  return zeros === undefined || zeros.length !== nines?.length ? undefined : `_${same}${'X'.repeat(zeros.length)}`;
}

export function patternOf(text: string, fail: (message: string) => void): DialplanPattern | undefined {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    fail(`bad pattern: ${error.message}`);
    return undefined;
  }
}

/**
 * The channels of one extension.
 * @param entry the path of the extension's entry
 * @param claims the owner of each channel so far; the channels of this extension are added
 */
export function checkChannels(
  entry: Path,
  key: string,
  channels: readonly string[],
  claims: Map<string, string>,
  { fail }: CheckContext,
): void {
  channels.forEach((channel, index) => {
    const at = [...entry, 'channels', index];
    const wrong = wrongWith(channel, key);
    if (wrong !== undefined) fail(at, wrong);
    if (isPattern(key)) return;
    const claimed = channel.replaceAll('{extension}', key);
    const other = claims.get(claimed);
    if (other === key) fail(at, `${claimed} is in this list already`);
    else if (other !== undefined)
      fail(at, `${claimed} belongs to extension ${other} already; a channel has one extension`);
    claims.set(claimed, key);
  });
}

function wrongWith(channel: string, key: string): string | undefined {
  const example = isPattern(key) ? 'PJSIP/{extension}' : `PJSIP/${key}`;
  const [, technology, name = ''] = /^([A-Za-z0-9_]+)\/(.+)$/.exec(channel) ?? [];
  if (technology === undefined) return `"${channel}": expected technology and name, such as ${example}`;
  if (/^local$/i.test(technology)) return 'a Local channel is never an extension';
  const spelt = TECHNOLOGIES.find((one) => one.toLowerCase() === technology.toLowerCase());
  if (spelt !== undefined && spelt !== technology) return `"${channel}": did you mean ${spelt}/${name}?`;
  if (/[&,\s]/.test(name))
    return `"${channel}": expected one channel; more of them are a list, such as [${example}, SIP/b]`;
  if (/[^/]\/$/.test(name)) return `"${channel}": expected it without the "/" at its end: ${channel.slice(0, -1)}`;
  if (/[*%?]$/.test(name) && /-[*%?]+$/.test(name))
    return `"${channel}": expected the endpoint alone, ${channel.replace(/-[*%?]+$/, '')}: that is all of its channels`;
  const [placeholder] = name.replaceAll('{extension}', '').match(/\{[^}]*\}?/) ?? [];
  if (placeholder !== undefined) return `"${channel}": ${placeholder} is not known here; did you mean {extension}?`;
  if (isPattern(key) && !name.includes('{extension}'))
    return `"${channel}": expected {extension} in it, such as ${example}: whose of all that match ${key} would it be?`;
  return undefined;
}
