import type { Written } from '../../config/edit/config-editor.ts';
import type { CallEventName } from '../../event-and-parameter-names.ts';

/*
 * A rule in the shape of VoipNow's UnifiedAPI (PhoneCallEvents), and back. Further keys of a rule keep their names of
 * config.yaml: headers, body, when and so on.
 */

/** Call events by VoipNow's numbers. */
export const EVENT_TYPES: readonly CallEventName[] = [
  'dial-in',
  'dial-out',
  'hangup',
  'answer-in',
  'answer-out',
  'missed',
];

/** The keys that have another name in VoipNow. */
const OWN_KEYS = ['on', 'id', 'method', 'url', 'status', 'notes'];

/** Read-only fields, which may be sent back. */
const READ_ONLY = ['modified', 'links', 'inheritedFrom', 'copied'];

export interface PhoneCallEvent {
  type: string;
  id: string;
  method: string;
  note: string;
  url: string;
  status: string;
  modified: string;
  links: { self: string };
  /** The pattern whose rule it is; absent: it is the extension's own rule. */
  inheritedFrom?: string;
  [beyond: string]: unknown;
}

/** `0` for `dial-in`. */
export const typeOf = (on: unknown) => String(EVENT_TYPES.indexOf(String(on).toLowerCase() as CallEventName));

/** @param rule as it may be shown */
export function phoneCallEventOf(
  rule: Written,
  own: Pick<PhoneCallEvent, 'id' | 'modified' | 'links'> & { inheritedFrom?: string },
): PhoneCallEvent {
  const { id, modified, links, inheritedFrom } = own;
  const beyond = Object.entries(rule)
    .filter(([key]) => !OWN_KEYS.includes(key))
    .map(([key, value]) => [key, key === 'accept' && Array.isArray(value) ? value.map(asNumber) : value]);
  return {
    type: typeOf(rule.on),
    id,
    method: String(rule.method ?? 'GET').toUpperCase() === 'POST' ? '1' : '0',
    note: String(rule.notes ?? ''),
    url: String(rule.url ?? ''),
    status: rule.status === 'disabled' ? '0' : '1',
    modified,
    links,
    ...(inheritedFrom !== undefined && { inheritedFrom }),
    ...Object.fromEntries(beyond),
  };
}

/** Numbers, which are written as texts in config.yaml; a text that is no number stays unchanged. */
const asNumber = (value: Written[string]) =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** A field of an API object with a wrong value. */
export interface WrongField {
  field: string;
  message: string;
}

const WORDS: Readonly<Record<string, { key: string; values: Readonly<Record<string, string>>; expected: string }>> = {
  method: {
    key: 'method',
    values: { '0': 'GET', '1': 'POST', get: 'GET', post: 'POST' },
    expected: 'expected "0" for GET or "1" for POST',
  },
  status: {
    key: 'status',
    values: {
      '0': 'disabled',
      '1': 'enabled',
      disabled: 'disabled',
      enabled: 'enabled',
      false: 'disabled',
      true: 'enabled',
    },
    expected: 'expected "0" for disabled or "1" for enabled',
  },
};

/**
 * The change that an API object asks for, by the keys of config.yaml; `null` removes a key, and a key that is left out
 * stays unchanged.
 * @returns also the fields with wrong values
 */
export function ruleChangeOf(body: Readonly<Record<string, unknown>>): { rule: Written; wrong: WrongField[] } {
  const wrong: WrongField[] = [];
  const rule: Record<string, Written[string]> = {};
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined || READ_ONLY.includes(field)) continue;
    const word = WORDS[field];
    if (field === 'type' || field === 'on') {
      const on = parseType(value);
      if (on === undefined) wrong.push({ field, message: TYPE_EXPECTED });
      else rule.on = on;
    } else if (word !== undefined) {
      const meant = word.values[String(value).toLowerCase()];
      if (meant === undefined) wrong.push({ field, message: word.expected });
      else rule[word.key] = meant;
    } else if (field === 'note' || field === 'notes') {
      if (typeof value === 'object' && value !== null) wrong.push({ field, message: 'expected a text' });
      else rule.notes = value === null || value === '' ? null : String(value);
    } else if (field === 'id' || field === 'url') {
      if (typeof value === 'object') wrong.push({ field, message: value === null ? 'is empty' : 'expected a text' });
      else if (field === 'url' || value !== '') rule[field] = String(value);
    } else rule[field] = field === 'body' ? (value as Written[string]) : asTexts(value);
  }
  return { rule, wrong };
}

const TYPE_EXPECTED =
  'expected "0" (Dial-In), "1" (Dial-Out), "2" (Hangup), "3" (Answer-In), "4" (Answer-Out) or "5" (Missed)';

/** `0`, `"0"`, `dial-in` and `Dial-In` are the same. */
export function parseType(value: unknown): CallEventName | undefined {
  const text = String(value).toLowerCase();
  return /^[0-5]$/.test(text) ? EVENT_TYPES[Number(text)] : EVENT_TYPES.find((name) => name === text);
}

/** But for a rule's own body, config.yaml takes every number and switch as a text. */
function asTexts(value: unknown): Written[string] {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asTexts(one)]));
  return value === null ? null : String(value);
}
