import type { z } from 'zod';
import { knownKeys, sectionsWith } from '../schema/known-keys.ts';
import { didYouMean } from './nearest.ts';

/** Other words that people use for a key. */
const OTHER_WORDS: Record<string, readonly string[]> = {
  secret: ['password', 'passwd', 'pass', 'pw'],
  username: ['user', 'login'],
  host: ['server', 'hostname', 'ip', 'address'],
  status: ['enabled', 'enable', 'disabled', 'disable', 'active'],
  on: ['event', 'trigger'],
  when: ['if', 'condition', 'conditions', 'filter', 'where', 'only'],
  url: ['uri', 'href', 'link', 'target', 'address'],
  body: ['format', 'contentType', 'content-type', 'type'],
  notes: ['comment', 'comments', 'description', 'name', 'label', 'title'],
  channels: ['endpoint', 'endpoints', 'device', 'devices', 'phone', 'phones'],
  line: ['lines', 'dids', 'numbers', 'trunk'],
  queue: ['queues'],
  events: ['rules', 'hooks', 'webhooks'],
  match: ['regex', 'pattern', 'from'],
  replace: ['replacement', 'to', 'with'],
};

/** The advice about an unknown key at this path. */
export function adviceFor(unknown: string, path: readonly PropertyKey[]): string {
  if (unknown === '<<') return "YAML's merge is not known here; a pattern such as _1XX gives many extensions the same";
  const strange = /[^\x21-\x7e]/u.exec(unknown)?.[0];
  const plain = unknown.replaceAll(/[^\x21-\x7e]/gu, '');
  const known = knownKeys(path);
  if (strange !== undefined && (known.includes(plain) || sectionsWith(plain).length > 0)) {
    const code = `U+${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return `a character that cannot be seen (${code}) stands in it; write ${plain} anew, with plain blanks before it`;
  }
  const word = known.find((key) => OTHER_WORDS[key]?.some((other) => other.toLowerCase() === unknown.toLowerCase()));
  if (word === 'status') return 'did you mean "status: enabled" or "status: disabled"?';
  if (word !== undefined) return `did you mean "${word}"?`;
  const slip = didYouMean(unknown, known, 1);
  if (slip !== '') return slip;
  const sections = sectionsWith(unknown);
  if (sections.length > 0)
    return `"${unknown}" belongs under ${sections.join(' or ')}; check how far this line is indented`;
  return didYouMean(unknown, known) || `expected one of: ${known.join(', ')}`;
}

/** Other words that people use for a value. */
const OTHER_VALUES: Record<string, Record<string, string>> = {
  status: { on: 'enabled', true: 'enabled', yes: 'enabled', off: 'disabled', false: 'disabled', no: 'disabled' },
  on: {
    ring: 'dial-in',
    ringing: 'dial-in',
    incoming: 'dial-in',
    inbound: 'dial-in',
    outgoing: 'dial-out',
    outbound: 'dial-out',
    answered: 'answer-in',
    ended: 'hangup',
    unanswered: 'missed',
    noanswer: 'missed',
  },
};

/** The probable cause of a wrong value; `''` where the value does not show it. */
export function hintFor(given: unknown, issue: z.core.$ZodIssue, path: readonly PropertyKey[]): string {
  const wanted = issue.code === 'invalid_type' ? issue.expected : undefined;
  const key = String(path.at(-1));
  if (given === null && wanted === 'string') return ' (one that begins with "#", "&" or "!" needs quotes)';
  if (given === null && wanted === 'array') return '; [] stands for none';
  if (typeof given === 'string' && wanted === 'object' && /^[\w-]+:\S/.test(given))
    return '; a blank is missing after the ":"';
  const word = typeof given === 'string' ? OTHER_VALUES[key]?.[given.toLowerCase()] : undefined;
  if (word !== undefined) return `; did you mean "${word}"?`;
  if (key === 'on' && Array.isArray(given)) return '; for each further event begin another "- on:"';
  if (path.length === 2 && path[0] === 'extensions' && knownKeys(['extensions', '101']).includes(key))
    return `; "${key}" stands where an extension is expected: indent it further than the extension above`;
  return '';
}
