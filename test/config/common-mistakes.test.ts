// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatProblem } from '../../src/config/config-problem.ts';
import { parseConfig } from '../../src/config/load.ts';
import { Redactor } from '../../src/redact/redactor.ts';
import { problemsIn } from '../helpers/config-problems.ts';
import { AUTHORITY } from '../helpers/house-authority.ts';

/**
 * What was meant is known to people, and not from the letters: other words, other habits. Each with all that is said.
 */

const asterisk = (more: string) => `asterisk: {username: a, secret: b, ${more}}\nextensions: {}`;
const extension = (key: string, entry = '{}') => `extensions:\n  ${key}: ${entry}`;
const rule = (more: string, url = 'http://a/') =>
  `extensions:\n  101:\n    events:\n      - on: hangup\n        url: "${url}"\n        ${more}\n`;
const inRule = 'extensions.101.events[0]';
const notOurReference =
  '"${" begins a reference to a secret: expected ${file:/path}, ${env:NAME} or ${credential:NAME}. A secret that holds "${" itself can be kept in a file';

const TYPED: Record<string, readonly (readonly [source: string, ...said: string[]])[]> = {
  'other words for a key': [
    [rule('enabled: no'), `6:9: ${inRule}.enabled: unknown key; did you mean "status: enabled" or "status: disabled"?`],
    [rule('description: x'), `6:9: ${inRule}.description: unknown key; did you mean "notes"?`],
    [
      rule('signing: {secret: x}'),
      `6:18: ${inRule}.signing.secrets: is missing; expected a list of secrets`,
      `6:19: ${inRule}.signing.secret: unknown key; did you mean "secrets"?`,
    ],
    [
      'asterisk: {user: a, secret: b}\nextensions: {}',
      '1:11: asterisk.username: is missing; expected the name of a user in manager.conf',
      '1:12: asterisk.user: unknown key; did you mean "username"?',
    ],
    [
      'asterisk: {username: a, password: b}\nextensions: {}',
      '1:11: asterisk.secret: is missing; expected the secret of that user in manager.conf',
      '1:25: asterisk.password: unknown key; did you mean "secret"?',
    ],
    [extension('101', '{endpoints: [SIP/1]}'), '2:9: extensions.101.endpoints: unknown key; did you mean "channels"?'],
  ],
  'other words for a value': [
    [
      rule('status: off'),
      `6:17: ${inRule}.status: "off": expected one of: enabled, disabled; did you mean "disabled"?`,
    ],
    [
      rule('status: true'),
      `6:17: ${inRule}.status: "true": expected one of: enabled, disabled; did you mean "enabled"?`,
    ],
    [
      rule('').replace('hangup', 'ringing'),
      `4:13: ${inRule}.on: "ringing": expected one of: dial-in, dial-out, answer-in, answer-out, hangup, missed; did you mean "dial-in"?`,
    ],
    [
      rule('').replace('hangup', '[dial-in, hangup]'),
      `4:13: ${inRule}.on: expected one of: dial-in, dial-out, answer-in, answer-out, hangup, missed; for each further event begin another "- on:"`,
    ],
  ],
  'lists of events': [
    [
      extension('101', '{events: [hangup]}'),
      '2:18: extensions.101.events[0]: "hangup": expected an event: "on:" and "url:", one below the other',
    ],
    [
      extension('101', '\n    events:'),
      '3:12: extensions.101.events: is empty; expected a list of events, each beginning with "- on:"; [] stands for none',
    ],
    [rule('on: dial-in'), '6:9: a "-" is missing before it: each event begins with "- on:"'],
    [rule('method POST'), '6:9: a ":" is missing after this key'],
    [
      rule('  method: POST').replace('"http://a/"', 'http://a/'),
      '5:14: the line below this one is indented too far, and so it became a part of this value',
    ],
  ],
  'characters that nobody sees': [
    [
      rule('\u200bmethod: POST'),
      `6:9: ${inRule}.\u200bmethod: unknown key; a character that cannot be seen (U+200B) stands in it; write method anew, with plain blanks before it`,
    ],
    [
      'extensions: {}\n\u00a0 \u00a0method: POST\n',
      '2:1: \u00a0 \u00a0method: unknown key; a character that cannot be seen (U+00A0) stands in it; write method anew, with plain blanks before it',
    ],
  ],
  'keys of extensions': [
    [extension('“101”'), `2:3: extensions.“101”: typographic quotes are no quotes for YAML; use " or '`],
    [extension('"101 "'), '2:3: extensions.101 : begins or ends with a blank, which would be part of its name'],
    [extension('""'), '2:3: extensions.: an extension needs a name'],
    [extension('_'), '2:3: extensions._: bad pattern: the pattern is empty'],
    [extension('_[5-2]X'), '2:3: extensions._[5-2]X: bad pattern: the range 5-2 runs backwards'],
    [extension('0101', '{}\n  101: {}\n  "0003*001": {did: +18005550101}')],
    [extension('101', '{}\n  "101": {}'), '3:3: this key is here a second time; the first one is above'],
  ],
  channels: [
    [
      extension('101', '{channels: [pjsip/101]}'),
      '2:20: extensions.101.channels[0]: "pjsip/101": did you mean PJSIP/101?',
    ],
    [
      extension('101', '{channels: [SIP/1&SIP/2]}'),
      '2:20: extensions.101.channels[0]: "SIP/1&SIP/2": expected one channel; more of them are a list, such as [PJSIP/101, SIP/b]',
    ],
    [
      extension('101', '{channels: ["SIP/1, SIP/2"]}'),
      '2:20: extensions.101.channels[0]: "SIP/1, SIP/2": expected one channel; more of them are a list, such as [PJSIP/101, SIP/b]',
    ],
    [
      extension('_1XX', '{channels: ["SIP/{ext}"]}'),
      '2:21: extensions._1XX.channels[0]: "SIP/{ext}": {ext} is not known here; did you mean {extension}?',
    ],
    [
      extension('_1XX', '{channels: [SIP/desk]}'),
      '2:21: extensions._1XX.channels[0]: "SIP/desk": expected {extension} in it, such as PJSIP/{extension}: whose of all that match _1XX would it be?',
    ],
    [
      extension('101', '{channels: [PJSIP/101-*]}'),
      '2:20: extensions.101.channels[0]: "PJSIP/101-*": expected the endpoint alone, PJSIP/101: that is all of its channels',
    ],
    [
      extension('101', '{channels: [PJSIP/101/]}'),
      '2:20: extensions.101.channels[0]: "PJSIP/101/": expected it without the "/" at its end: PJSIP/101',
    ],
    [extension('101', '{channels: ["SIP/0003*001", "DAHDI/i1/5551"]}')],
    [extension('_1XX', '{channels: [SIP/{extension}]}'), '2:25: a text that holds { } needs quotes within [ ]'],
  ],
  'the connection': [
    [
      asterisk('host: "127.0.0.1:5038"'),
      '1:42: asterisk.host: "127.0.0.1:5038": expected a name or an address alone, with port: 5038 beside host: 127.0.0.1',
    ],
    [
      asterisk('host: "http://pbx"'),
      '1:42: asterisk.host: "http://pbx": expected a name or an address, such as 127.0.0.1 or pbx.example.com',
    ],
    [asterisk('host: "::1"')],
    [asterisk('port: 70000'), '1:42: asterisk.port: "70000": expected a whole number from 1 to 65535'],
    [asterisk('tls: {ca: /nowhere.pem}'), '1:46: asterisk.tls.ca: the file /nowhere.pem cannot be read (ENOENT)'],
  ],
  times: [
    [asterisk('pingInterval: 0s'), '1:50: asterisk.pingInterval: "0s": expected a time from 100ms to 1h'],
    [rule('timeout: 30d'), `6:18: ${inRule}.timeout: "30d": expected a time from 10ms to 10m`],
    [
      rule('timeout: 5'),
      `6:18: ${inRule}.timeout: "5": expected a time with its unit, such as 250ms, 10s, 2m, 24h or 30d`,
    ],
    [
      rule('retry: {tries: [0s, 5s, 1s]}'),
      `6:33: ${inRule}.retry.tries[2]: is earlier than the one before it; all times count from the event`,
    ],
    [
      'extensions: {}\ndelivery: {retry: {hangup: {expire: 25d}}}',
      '2:37: delivery.retry.hangup.expire: "25d": expected a time from 1ms to 20d',
    ],
  ],
  'references to secrets': [
    [asterisk('name: x').replace('secret: b', 'secret: "${fil:/etc/x}"'), `1:33: asterisk.secret: ${notOurReference}`],
    [asterisk('name: x').replace('secret: b', 'secret: "${AMI_SECRET}"'), `1:33: asterisk.secret: ${notOurReference}`],
    [asterisk('name: x').replace('secret: b', 'secret: "${file:/etc/x"'), `1:33: asterisk.secret: ${notOurReference}`],
    [
      asterisk('name: "${env:NAME}"'),
      '1:42: asterisk.name: secrets are not fetched here, but in asterisk.secret, url, headers, params, body, signing.secrets, delivery.proxy and the passwords and tokens of web',
    ],
    [rule('params: {key: "${env:KEY}"}'), `6:23: ${inRule}.params.key: the environment variable KEY is not set`],
    [rule('', 'http://a/${CallID}'), `5:14: ${inRule}.url: a parameter is written {CallID}, without the "$"`],
    [
      rule('', 'http://a/?n=$CallerIDNum'),
      `5:14: ${inRule}.url: a parameter is written {CallerIDNum}, without the "$"`,
    ],
    [rule('', 'http://a/?n=$CallerIDNumber&m=$')],
    [
      rule('', 'http://CORP\\\\crm:pw@127.0.0.1:9/x'),
      `5:14: ${inRule}.url: contains a "\\", which a URL takes for "/": what follows would not belong to the host. A user DOMAIN\\user is written DOMAIN%5Cuser`,
    ],
    [rule('', 'http://CORP%5Ccrm:pw@127.0.0.1:9/x?path=C:\\\\temp')],
    [
      rule('', 'http://crm:p/w@a/'),
      `5:14: ${inRule}.url: is no URL; expected such as https://crm.example.com/hook. In a user or password / ? # @ : are written %2F %3F %23 %40 %3A`,
    ],
    [rule('', 'http://a/{{CallID}}'), `5:14: ${inRule}.url: a placeholder has one brace at each side: {CallID}`],
  ],
  'headers and parameters': [
    [rule('headers: {X-Event-ID: x}'), `6:19: ${inRule}.headers.X-Event-ID: is set by call-events itself`],
    [rule('headers: {A: "a\\u0007b"}'), `6:22: ${inRule}.headers.A: holds a character that a header cannot have`],
    [rule('params: {CallID: x}'), `6:18: ${inRule}.params.CallID: is the call's own parameter; choose another name`],
    [
      'extensions: {}\nvariables: ["${CRM_ID}"]',
      '2:13: variables[0]: "${CRM_ID}": expected the bare name of a channel variable, such as CRM_ID',
    ],
  ],
  'rewriting of numbers': [
    [
      'extensions: {}\nnumbers: [{match: /^0/, replace: x}]',
      '2:19: numbers[0].match: "/^0/": expected the expression without slashes around it',
    ],
    [
      "extensions: {}\nnumbers: [{match: '^0(.)', replace: '\\1'}]",
      '2:37: numbers[0].replace: "\\1": a group is written $1',
    ],
    [
      'extensions: {}\nnumbers: [{match: "^0(.)", replace: "$0"}]',
      '2:37: numbers[0].replace: $0 is not known; put (…) around the whole of match and write $1',
    ],
    [
      'extensions: {}\nnumbers: [{match: "*8", replace: ""}]',
      '2:19: numbers[0].match: "*8" is no regular expression (RE2): missing argument to repetition operator: `*`',
    ],
  ],
  files: [
    [
      `extensions: {}\noutbox: ${tmpdir()}`,
      `2:9: outbox: ${tmpdir()} is a directory; expected a file in it, such as ${tmpdir()}/outbox.db`,
    ],
  ],
};

describe.each(Object.entries(TYPED))('%s', (_, cases) => {
  it.each(cases.map(([source, ...said]) => ({ source, said })))('$source', ({ source, said }) => {
    expect(problemsIn(source)).toEqual(said);
  });
});

describe('what is right, and probably not meant', () => {
  const hintsIn = (source: string) =>
    parseConfig(source, 'c', { require: 'extensions' }).hints.map((hint) => formatProblem('c', hint));

  it('is a pattern without its underscore', () => {
    expect(hintsIn('extensions: {1XX: {}, "[2-4]XX": {}}')).toEqual([
      'c:1:14: extensions.1XX: is one extension of just this name; for a pattern write _1XX',
      'c:1:23: extensions.[2-4]XX: is one extension of just this name; for a pattern write _[2-4]XX',
    ]);
  });

  it('is a place for the metrics where none are served', () => {
    expect(hintsIn('extensions: {}\nmetrics: {host: 0.0.0.0, port: 9100}')).toEqual([
      'c:2:26: metrics.port: nothing is served there; that takes `enabled: true` beside it',
    ]);
    expect(hintsIn('extensions: {}\nmetrics: {port: 9100, enabled: false}')).toEqual([]);
    expect(hintsIn('extensions: {}\nmetrics:')).toEqual([]);
  });

  it.each([
    ['100-199', 'several are a pattern, such as _1XX'],
    ['100 - 149', 'several are a pattern, such as _1XX for 100 to 199'],
    ['"101,102"', 'each extension is a key of its own, or all of them are a pattern, such as _1XX'],
    ['"*"', 'what all extensions have is a pattern that matches them, such as _XXX for all numbers of three digits'],
    [
      'default',
      'what all extensions have is a pattern that matches them, such as _XXX for all numbers of three digits',
    ],
    ['^1\\d\\d$', 'regular expressions are not known here; a pattern is written as in the dialplan, such as _1XX'],
    ['1.*', 'regular expressions are not known here; a pattern is written as in the dialplan, such as _1XX'],
  ])('is a key such as %s', (key, advice) => {
    expect(hintsIn(`extensions:\n  ${key}: {}`)).toEqual([
      `c:2:3: extensions.${key.replaceAll('"', '')}: is one extension of just this name; ${advice}`,
    ]);
  });

  it('is a URL of which a part is never sent, or that leads to another host', () => {
    const hintIn = (url: string) => hintsIn(rule('', url)).map((hint) => hint.slice('c:5:14: '.length));
    expect(hintIn('https://crm/#/call?id={CallID}')).toEqual([
      `${inRule}.url: what follows "#" is for browsers and is not sent; a "#" itself is written %23`,
    ]);
    expect(hintIn('http://CORP/crm:pw@crm/')).toEqual([
      `${inRule}.url: has an "@" after its host, so that what stands before it is not a user. In a user or password / ? # @ : are written %2F %3F %23 %40 %3A`,
    ]);
    expect(hintIn('https://u:p@crm/x?mail=a@b')).toEqual([]);
  });

  it('is a secret that is cut at a " #"', () => {
    const source = `asterisk:
  username: a
  secret: abc #def
extensions:
  101:
    events:
      - on: hangup
        url: http://crm/   # where the CRM is
        headers: &h
          Authorization: Bearer abc #def
          X-Key: "abc" #def
          X-Other: abc#def
delivery:
  signing:
    secrets:
      - MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjsi # the old one
      - MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjsw #new`;
    const said = 'ends at the " #", where a comment begins; if that belongs to it, it needs quotes';
    expect(hintsIn(source)).toEqual([
      `c:3:11: asterisk.secret: ${said}`,
      `c:17:9: delivery.signing.secrets[1]: ${said}`,
      `c:10:26: ${inRule}.headers.Authorization: ${said}`,
    ]);
  });

  it('is none of what extensions are called', () => {
    expect(
      hintsIn(
        'extensions: {101: {}, _1XX: {}, "0003*001": {}, alice: {}, NINA: {}, "*8": {}, "101-102a": {}, "sales.team": {}, "+31612": {}, "9170-12": {}}',
      ),
    ).toEqual([]);
  });
});

it('reads the certificate authority, for a replaced one to be noticed', () => {
  const ca = join(mkdtempSync(join(tmpdir(), 'call-events-ca-')), 'ca.pem');
  const source = asterisk(`tls: {ca: ${ca}}`);
  writeFileSync(ca, `of the house:\n${AUTHORITY}`);
  expect(parseConfig(source, 'c').servers[0]?.tls).toMatchObject({ ca: AUTHORITY.trim() });
  writeFileSync(ca, 'PRIVATE');
  expect(problemsIn(source)).toEqual([`1:46: asterisk.tls.ca: ${ca} holds no certificate in PEM`]);
});

it('fetches secrets for fixed parameters, and keeps each form of them out of what is printed', () => {
  const { extensions, secrets } = parseConfig(rule('params: {key: "${env:KEY}"}'), 'c', {
    require: 'extensions',
    env: { KEY: 'a b"(' },
  });
  expect(extensions[0]?.rules?.[0]?.params).toEqual({ key: 'a b"(' });
  expect(['a b"(', 'a%20b%22%28', 'a b\\"('].map((form) => new Redactor(secrets).redactKnownSecrets(form))).toEqual([
    '***',
    '***',
    '***',
  ]);
});
