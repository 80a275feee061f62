// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { describe, expect, it } from '@jest/globals';
import { amiRightsOf } from '../../../src/config/ami-rights.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { problemsIn } from '../../helpers/config-problems.ts';

const configured = (rest: string, method = 'POST') =>
  `extensions:\n  "101":\n    events:\n      - on: hangup\n        url: http://a/\n        method: ${method}\n        ${rest}`;
const AT = 'extensions.101.events[0]';

describe('a placeholder that names nothing is a mistake', () => {
  it.each([
    [
      'body: { text: "from {CalerIDNum}" }',
      `7:23: ${AT}.body.text: {CalerIDNum} is no parameter; did you mean {CallerIDNum}?`,
    ],
    ['body: { a: [x, { b: "{Nothing}" }] }', `7:29: ${AT}.body.a[1].b: {Nothing} is no parameter; such as {CallID} is`],
    [
      'body: { text: "{CallerIDNam|CalerIDNum}" }',
      `7:23: ${AT}.body.text: "CalerIDNum" is no parameter, and a text that resembles one cannot stand last; did you mean CallerIDNum?`,
    ],
    [
      'body: { text: "{CalerIDNam|somebody}" }',
      `7:23: ${AT}.body.text: {CalerIDNam} is no parameter; did you mean {CallerIDNam}?`,
    ],
    ['params: { text: "{callid}" }', `7:25: ${AT}.params.text: {callid} is no parameter; did you mean {CallID}?`],
    ['headers: { Title: "{Que}" }', `7:27: ${AT}.headers.Title: {Que} is no parameter; such as {CallID} is`],
    ['headers: { Title: "{Queu}" }', `7:27: ${AT}.headers.Title: {Queu} is no parameter; did you mean {Queue}?`],
    ['params: { a: "x", b: "{a}" }', `7:30: ${AT}.params.b: {a} is no parameter; such as {CallID} is`],
    ['params: { t: "{ CallID }" }', `7:22: ${AT}.params.t: a placeholder has no blanks beside its names: {CallID}`],
    [
      'params: { t: "{\\"a\\": 1}" }',
      `7:22: ${AT}.params.t: a "{" begins a placeholder, such as {CallID}; one that is to stand is written "{{"`,
    ],
    [
      'params: { t: "a {" }',
      `7:22: ${AT}.params.t: a "{" begins a placeholder, such as {CallID}; one that is to stand is written "{{"`,
    ],
    ['body: { t: "{{CallID}}" }', `7:20: ${AT}.body.t: a placeholder has one brace at each side: {CallID}`],
    ['body: { t: "$CallID" }', `7:20: ${AT}.body.t: a parameter is written {CallID}, without the "$"`],
    ['body: { t: "${CallID}" }', `7:20: ${AT}.body.t: a parameter is written {CallID}, without the "$"`],
  ])('%s', (rest, said) => {
    expect(problemsIn(configured(rest))).toEqual([said]);
  });

  it('in the URL too', () => {
    expect(problemsIn(configured('').replace('http://a/', 'http://a/{CallerIDNam|CaledDID}'))).toEqual([
      `5:14: ${AT}.url: "CaledDID" is no parameter, and a text that resembles one cannot stand last; did you mean CalledDID?`,
    ]);
  });
});

it('a last text that only sounds like a word of telephony may stand', () => {
  for (const last of ['a hidden number', 'caller', 'anonymous', 'nobody', '-', '0', 'no queue', 'unknown'])
    expect([last, problemsIn(configured(`body: { t: "{CallerIDNum|${last}}" }`))]).toEqual([last, []]);
});

describe('a body', () => {
  it('of its own needs POST', () => {
    expect(problemsIn(configured('body: { a: b }', 'GET'))).toEqual([
      `7:15: ${AT}.body: a GET has no body; expected method: POST beside body`,
    ]);
  });

  it('is one of the two words otherwise', () => {
    expect(problemsIn(configured('body: jsn'))).toEqual([
      `7:15: ${AT}.body: "jsn": expected one of: form, json; or a mapping or list, the JSON to send; did you mean "json"?`,
    ]);
  });

  it('holds secrets, which are kept out of all that is printed', () => {
    const source = configured('body: { key: "${env:KEY}", password: "sesame-1234" }');
    expect(problemsIn(source)).toEqual([`7:22: ${AT}.body.key: the environment variable KEY is not set`]);
    const { secrets } = parseConfig(source, 'c', { require: 'extensions', env: { KEY: 'k3y{' } });
    expect(secrets).toEqual(expect.arrayContaining(['k3y{', 'sesame-1234']));
  });

  it('hints at parameters beside it, which are not sent', () => {
    const hintsOf = (rest: string) =>
      parseConfig(configured(rest), 'c', { require: 'extensions' }).hints.map(
        ({ key, message }) => `${key}: ${message}`,
      );
    expect(hintsOf('body: { a: "{CallID}" }\n        parameters: [Duration]')).toEqual([
      `${AT}.parameters: is not sent: the body is your own, and has what its texts name`,
    ]);
    expect(hintsOf('body: json\n        parameters: [Duration]')).toEqual([]);
  });

  it('hints at a text that is cut at a " #"', () => {
    const { hints } = parseConfig(configured('body:\n          text: Call for #sales'), 'c', { require: 'extensions' });
    expect(hints.map(({ key }) => key)).toEqual([`${AT}.body.text`]);
  });
});

it('a queue that a placeholder or a condition names needs the right `agent`', () => {
  const readOf = (rest: string) => amiRightsOf(parseConfig(configured(rest), 'c', { require: 'extensions' })).read;
  for (const rest of [
    'body: { a: ["{CallerIDNum|Queue}"] }',
    'params: { a: "{Queue}" }',
    'headers: { A: "{Queue|none}" }',
    'when: { Queue: any }',
  ])
    expect([rest, readOf(rest)]).toEqual([rest, ['system', 'call', 'agent']]);
  expect(readOf('body: { Queue: "{CallID}" }')).toEqual(['system', 'call']);
});

it('accept takes status codes', () => {
  expect(problemsIn(configured('accept: [302, 409]'))).toEqual([]);
  expect(problemsIn(configured('accept: [200]'))).toEqual([
    `7:18: ${AT}.accept[0]: "200": expected a whole number from 300 to 599`,
  ]);
  expect(problemsIn(configured('accept: 302'))).toEqual([
    `7:17: ${AT}.accept: "302": expected a list of status codes, such as [302]`,
  ]);
});
