import { describe, expect, it } from '@jest/globals';
import { type JsonSchema, jsonSchema } from '../../src/config/schema/json-schema.ts';
import { problemsIn } from '../helpers/config-problems.ts';

/** Each: what was typed, and the whole of what is said about it. Kept in the order of an administrator's day. */
const TYPED: readonly (readonly [what: string, source: string, said: readonly string[]])[] = [
  [
    'the keys of a section not indented',
    'asterisk:\nusername: a\nextensions: {}',
    [
      '1:10: asterisk: is empty; expected keys with values, "key: value"',
      '2:1: username: unknown key; "username" belongs under asterisk; check how far this line is indented',
    ],
  ],
  [
    'a key that another section has',
    'timeout: 4s\nextensions: {}',
    [
      '1:1: timeout: unknown key; "timeout" belongs under delivery or an event of an extension; check how far this line is indented',
    ],
  ],
  [
    'a key that is like none',
    'foobarbaz: 1\nextensions: {}',
    [
      '1:1: foobarbaz: unknown key; expected one of: asterisk, extensions, ignore, numbers, parameters, profile, variables, outbox, queue, delivery, log, metrics, web',
    ],
  ],
  [
    'events beside their extension',
    'extensions:\n  101:\n  events:\n    - on: hangup\n      url: http://a/',
    [
      '4:5: extensions.events: expected keys with values, "key: value"; "events" stands where an extension is expected: indent it further than the extension above',
    ],
  ],
  [
    'events without their dash',
    'extensions:\n  101:\n    events:\n      on: hangup',
    ['4:7: extensions.101.events: expected a list of events, each beginning with "- on:"'],
  ],
  [
    'a dash without its blank',
    'extensions:\n  101:\n    events:\n      -on: hangup\n       url: http://a/',
    ['4:12: a blank is missing after the "-"'],
  ],
  [
    'a colon without its blank',
    'extensions:\n  101:\n    did:+1800',
    ['3:5: extensions.101: "did:+1800": expected keys with values, "key: value"; a blank is missing after the ":"'],
  ],
  [
    'a key of an event too far left',
    'extensions:\n  101:\n    events:\n    - on: hangup\n      url: http://a/\n     method: GET',
    [
      '6:1: this line does not fit the list above it; check how far this line is indented: the keys of one event stand in one column',
    ],
  ],
  [
    'an extension too far right',
    'extensions:\n  101: {}\n    102: {}',
    [
      '3:1: this line does not fit the lines above it; check how far this line is indented: the keys of one map stand in one column',
    ],
  ],
  ['a tab', 'extensions:\n\t101: {}', ['2:1: a tab is used to indent; YAML needs spaces']],
  ['a tab deeper', 'extensions:\n  101:\n\t\tdid: 4', ['3:1: a tab is used to indent; YAML needs spaces']],
  [
    'a bracket not closed',
    'extensions:\n  101: {channels: [SIP/1}',
    ['2:25: a "[" is not closed; if it is, check how far this line is indented'],
  ],
  ['a quote not closed on a value', "extensions:\n  101:\n    did: 'x\n", ['4:1: a quote is opened, and not closed']],
  [
    'a quote within quotes',
    'extensions:\n  101:\n    notes: "He said "hi""',
    ['3:22: this does not belong here; a quote, bracket or comma before it may be wrong'],
  ],
  [
    'a text with a colon',
    'extensions:\n  101:\n    notes: Reception: ground floor',
    ['3:12: a value that holds ": " needs quotes; if none does, check how far this line is indented'],
  ],
  [
    'a comma left out',
    'extensions: {101: {did: 1 notes: x}}',
    ['1:25: within { } or [ ] a "," is missing before this, or a value that holds ": " needs quotes'],
  ],
  [
    'a feature code as a key',
    'extensions:\n  *8:\n    did: 1',
    ['2:5: a key that begins with "*" needs quotes, such as "*8": without them it is an alias for YAML'],
  ],
  [
    'a number that begins with a star',
    'extensions:\n  101:\n    did: *8',
    ['3:10: a text that begins with "*" needs quotes: without them it is an alias for YAML'],
  ],
  [
    'a number sign',
    'extensions:\n  101:\n    notes: #7',
    ['3:12: extensions.101.notes: is empty; expected a text (one that begins with "#", "&" or "!" needs quotes)'],
  ],
  [
    'an exclamation mark',
    'extensions:\n  101:\n    notes: !important call',
    ['3:12: a text that begins with "!" needs quotes'],
  ],
  [
    'an at sign',
    'extensions:\n  101:\n    notes: @home',
    ['3:12: Plain value cannot start with reserved character @; put the value into quotes'],
  ],
  [
    'a backslash within double quotes',
    'extensions: {}\nnumbers:\n  - match: "^\\d"\n    replace: x',
    [`3:14: within double quotes "\\" begins an escape, and this one is unknown; use single quotes ('…')`],
  ],
  [
    "YAML's merge",
    'extensions:\n  101: &a {did: 1}\n  102: {<<: *a}',
    [
      "3:9: extensions.102.<<: unknown key; YAML's merge is not known here; a pattern such as _1XX gives many extensions the same",
    ],
  ],
  ['a map as a text', 'extensions: {101: {did: {a: b}}}', ['1:25: extensions.101.did: expected a text']],
  [
    'a channel instead of a list',
    'extensions: {101: {channels: SIP/1}}',
    ['1:30: extensions.101.channels: "SIP/1": expected a list, such as [PJSIP/101]'],
  ],
  [
    'a list of extensions',
    'extensions: [101, 102]',
    ['1:13: extensions: expected extensions, each with its key, such as "101":'],
  ],
  [
    'no extensions',
    'log: {level: info}',
    ['1:1: extensions: is missing; expected extensions, each with its key, such as "101":'],
  ],
  [
    'a word in the place of a section',
    'extensions: {}\nmetrics: yes',
    ['2:10: metrics: "yes": expected keys with values, "key: value"'],
  ],
  ['a list in the place of the file', '- 101\n- 102', ['1:1: expected keys with values, "key: value"']],
  ['a sentence in the place of the file', 'hello', ['1:1: "hello": expected keys with values, "key: value"']],
  [
    'another method',
    'extensions: {101: {events: [{on: hangup, url: "http://a/", method: PUT}]}}',
    ['1:68: extensions.101.events[0].method: "PUT": expected one of: GET, POST'],
  ],
  [
    'a status',
    'extensions: {101: {events: [{on: hangup, url: "http://a/", status: enable}]}}',
    ['1:68: extensions.101.events[0].status: "enable": expected one of: enabled, disabled; did you mean "enabled"?'],
  ],
  [
    'an Event ID with a blank',
    'extensions: {101: {events: [{on: hangup, url: "http://a/", id: my id}]}}',
    [
      '1:64: extensions.101.events[0].id: "my id": expected letters, digits and signs without spaces: it is sent as a header',
    ],
  ],
  [
    'a header',
    'extensions: {101: {events: [{on: hangup, url: "http://a/", headers: {"X Y": z}}]}}',
    ['1:70: extensions.101.events[0].headers.X Y: is no name of a header'],
  ],
  [
    'a parameter',
    'extensions: {}\nparameters: [Duraton]',
    [
      '2:14: parameters[0]: "Duraton": expected one of: EventType, EventTime, LegID, Duration, TalkTime, HangupCause, DialStatus, TransferredBy, RelatedCallID, Queue, Asterisk; did you mean "Duration"?',
    ],
  ],
  [
    'a TLS switch',
    'asterisk: {username: a, secret: b, tls: maybe}\nextensions: {}',
    ['1:41: asterisk.tls: "maybe": expected true, false, or keys with values'],
  ],
  [
    'a key of tls',
    'asterisk: {username: a, secret: b, tls: {cert: x}}\nextensions: {}',
    ['1:42: asterisk.tls.cert: unknown key; expected one of: ca, servername, rejectUnauthorized'],
  ],
  [
    'no times to try at',
    'extensions: {}\ndelivery: {retry: {dial: {tries: []}}}',
    ['2:34: delivery.retry.dial.tries: expected a list of times, such as [0s, 1s, 3s]'],
  ],
];

const rule = (url: string, more = '') => `extensions: {101: {events: [{on: hangup, url: "${url}"${more}}]}}`;

describe('what is typed wrong in a URL', () => {
  it.each([
    ['crm.example.com/hook', 'expected a full URL, beginning with https:// or http://'],
    ['/hook', 'expected a full URL, beginning with https:// or http://'],
    ['https:/crm.example.com', 'expected a full URL, beginning with https:// or http://'],
    ['localhost:8080/hook', 'expected a full URL, beginning with https:// or http://'],
    ['ftp://crm.example.com/', 'ftp: is not spoken; expected https:// or http://'],
    ['http://', 'is no URL; expected such as https://crm.example.com/hook'],
    ['http://crm:99999/', 'is no URL; expected such as https://crm.example.com/hook'],
    ['http://[::1/', 'is no URL; expected such as https://crm.example.com/hook'],
    ['http://crm/a b', 'holds a blank; write it as %20'],
    ['http://crm/{CallId}', '{CallId} is no parameter; did you mean {CallID}?'],
    ['http://crm/{foobarbazqux}', '{foobarbazqux} is no parameter; such as {CallID} is'],
  ])('%s', (url, said) => {
    expect(problemsIn(rule(url))).toEqual([`1:47: extensions.101.events[0].url: ${said}`]);
  });

  it.each([
    ['HTTPS://crm.example.com', ''],
    ['http://[::1]:8080/', ''],
    ['http://user:word@crm/?a=1#b', ''],
    ['http://crm/{CallID}/{Duration}?n={CallerIDNum}', ''],
    ['http://{CalledExtension}.crm/', ''],
    ['http://crm/{CRM_ID}', ', variables: [CRM_ID]'],
    ['http://crm/{tenant}', ', params: {tenant: 7}'],
    ['http://crm/?q={}', ''],
  ])('and %s is right', (url, more) => {
    expect(problemsIn(rule(url, more))).toEqual([]);
  });
});

describe('what is typed wrong in numbers', () => {
  it.each([
    [
      '{match: "^0(.)", replace: "$2"}',
      ['2:37: numbers[0].replace: $2 stands for a group (…) that "^0(.)" does not have'],
    ],
    ['{match: "^0(.)", replace: "+49$1"}', []],
    ['{match: "^0", replace: ""}', []],
    ['{match: "", replace: ""}', ['2:19: numbers[0].match: is empty']],
    ['{match: "a"}', ['2:11: numbers[0].replace: is missing; expected a text']],
  ])('%s', (entry, said) => {
    expect(problemsIn(`extensions: {}\nnumbers: [${entry}]`)).toEqual(said);
  });
});

describe('what is typed wrong', () => {
  it.each(TYPED.map(([what, source, said]) => ({ what, source, said })))('$what', ({ source, said }) => {
    expect(problemsIn(source)).toEqual(said);
  });
});

it.each(['[', 'a: {a: ', '- '])('ends what is nested without end: %s', (opening) => {
  const problems = problemsIn(opening.repeat(50_000)).join();
  expect(problems).toContain('far too deeply');
  expect(problems).not.toMatch(/stack/i);
});

/** A place for each section, as YAML, with `KEY` where its keys stand. */
const PLACES: readonly (readonly [path: string, yaml: string])[] = [
  ['', 'extensions: {}\nKEY: 1'],
  ['asterisk', 'extensions: {}\nasterisk: {username: a, secret: b, KEY: 1}'],
  ['asterisk.tls', 'extensions: {}\nasterisk: {username: a, secret: b, tls: {KEY: 1}}'],
  ['extensions.*', 'extensions: {"101": {KEY: 1}}'],
  ['extensions.*.events.[]', 'extensions: {"101": {events: [{on: hangup, url: "http://a/", KEY: 1}]}}'],
  ['extensions.*.events.[].retry', 'extensions: {"101": {events: [{on: hangup, url: "http://a/", retry: {KEY: 1}}]}}'],
  ['delivery', 'extensions: {}\ndelivery: {KEY: 1}'],
  ['delivery.retry', 'extensions: {}\ndelivery: {retry: {KEY: 1}}'],
  ['delivery.retry.hangup', 'extensions: {}\ndelivery: {retry: {hangup: {KEY: 1}}}'],
  ['delivery.history', 'extensions: {}\ndelivery: {history: {KEY: 1}}'],
  ['numbers.[]', 'extensions: {}\nnumbers: [{match: a, replace: b, KEY: 1}]'],
  ['log', 'extensions: {}\nlog: {KEY: 1}'],
  ['metrics', 'extensions: {}\nmetrics: {KEY: 1}'],
];

function keysAt(path: string): string[] {
  let schema: JsonSchema = jsonSchema();
  for (const part of path === '' ? [] : path.split('.')) {
    const forms = [schema, ...(schema.anyOf ?? [])];
    const next = forms
      .map(({ properties, items, additionalProperties }) =>
        part === '[]' ? items : part === '*' ? additionalProperties : properties?.[part],
      )
      .find((found) => typeof found === 'object');
    if (typeof next !== 'object') throw new Error(`the schema has no ${path}`);
    schema = next;
  }
  return [schema, ...(schema.anyOf ?? [])].flatMap(({ properties }) => Object.keys(properties ?? {}));
}

/** Slips of a hand that leave a word that is no other key: a letter left out, two swapped, one doubled. */
function slipsOf(word: string): string[] {
  const middle = Math.max(1, Math.floor(word.length / 2));
  const [a, b] = [word.slice(0, middle), word.slice(middle)];
  return [`${a}${b.slice(1)}`, `${a}${a.at(-1)}${b}`, `${word.slice(0, -2)}${word.at(-1)}${word.at(-2)}`, `${word}s`];
}

describe('a mistyped key is named with the right one', () => {
  it.each(PLACES)('at "%s"', (path, yaml) => {
    const keys = keysAt(path);
    expect(keys.length).toBeGreaterThan(0);
    // In short words one slip makes another word of it; `ca` for example.
    for (const key of keys.filter(({ length }) => length > 3)) {
      for (const slip of slipsOf(key).filter((one) => !keys.includes(one))) {
        expect([slip, problemsIn(yaml.replace('KEY', slip)).join()]).toEqual([
          slip,
          expect.stringContaining(`${slip}: unknown key; did you mean "${key}"?`),
        ]);
      }
    }
  });
});
