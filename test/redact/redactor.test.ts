import { describe, expect, it } from '@jest/globals';
import { secretsInRule } from '../../src/redact/find-secrets.ts';
import { Redactor } from '../../src/redact/redactor.ts';

const none = new Redactor([]);

describe('a secret that is known', () => {
  const secret = 'pä"s~s\\w*r/d <é>';
  const { known } = bound(new Redactor([secret]));

  it.each([
    ['as it stands', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in JSON as PHP writes it', 'p\\u00e4\\"s~s\\\\w*r\\/d <\\u00e9>'],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL, as little as may be', 'p%C3%A4%22s~s%5Cw*r/d%20%3C%C3%A9%3E'],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in lower case hexadecimal', encodeURIComponent(secret).replaceAll(/%../g, (hex) => hex.toLowerCase())],
    ['with letters encoded too', `%70${encodeURIComponent(secret).slice(1)}`],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(secret))],
    ['in a page', 'pä&quot;s~s\\w*r/d &lt;&#233;&gt;'],
  ])('is masked %s', (_, form) => {
    expect(known(form)).toBe('***');
    expect(known(`?a=1&t=${form}&b=%7E~`)).toBe('?a=1&t=***&b=%7E~');
  });

  it('is masked with another that overlaps it, and beside one that begins alike', () => {
    const redactor = new Redactor(['abcdef', 'defghi', 'abcd']);
    expect(redactor.redactKnownSecrets('x abcdefghi abcdx abcx')).toBe('x *** ***x abcx');
  });

  it('is masked as soon as it is in the list, and not when it is too short', () => {
    const secrets = ['abc'];
    const redactor = new Redactor(secrets);
    expect(redactor.redactKnownSecrets('abc later')).toBe('abc later');
    secrets.push('later');
    expect(redactor.redactKnownSecrets('abc later')).toBe('abc ***');
  });

  it('leaves texts that only look encoded as they are', () => {
    for (const text of ['100 %', 'C:\\temp', '%zz%4', '&nope; &#99999999;', '\\u12', '%ff%fe', ''])
      expect(known(text)).toBe(text);
  });
});

describe('a URL', () => {
  it('is masked where it stands, and stays byte for byte otherwise', () => {
    expect(none.url('https://u:p@crm/x?token=abc&a=~%7e+%20&api_key=k&b=')).toBe(
      'https://***@crm/x?token=***&a=~%7e+%20&api_key=***&b=',
    );
    expect(none.url('http://crm')).toBe('http://crm');
    expect(none.url('no url at all?token=1')).toBe('no url at all?token=***');
  });

  it('a known secret beside a parameter that sounds secret is masked too', () => {
    const redactor = new Redactor(['Abc8Q~secondSecret']);
    expect(redactor.url('http://crm/?token=one&x=Abc8Q~secondSecret&y=Abc8Q%7EsecondSecret')).toBe(
      'http://crm/?token=***&x=***&y=***',
    );
  });

  it.each([
    'api-key',
    'apikey',
    'x-api-key',
    'code',
    'pwd',
    'password',
    'sid',
    'jwt',
    'subscription-key',
    'Ocp-Apim-Subscription-Key',
    'access-key',
    'accesskey',
    'AccessKey',
    'access_token',
    'client_secret',
    'key',
    'sig',
    'auth',
    'session_id',
    'pass',
    'to%6ben',
  ])('does not show the value of %s', (name) => {
    expect(none.url(`https://crm/x?a=1&${name}=geheim#${name}=geheim`)).toBe(
      `https://crm/x?a=1&${name}=***#${name}=***`,
    );
  });

  it.each(['CallID', 'CallerIDNum', 'author', 'keyboard', 'country_code', 'passed', 'signal', 'inside'])(
    'shows the value of %s',
    (name) => expect(none.url(`https://crm/x?${name}=1`)).toBe(`https://crm/x?${name}=1`),
  );

  it.each([
    ['https://hooks.slack.com/services/T0A1/B0C2/abcDEF', 'https://hooks.slack.com/services/T0A1/B0C2/***'],
    ['http://127.0.0.1/hooks/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', 'http://127.0.0.1/hooks/***/***/***'],
    ['http://crm/hooks/T0/B0/geheim', 'http://crm/hooks/T0/B0/***'],
    ['https://discord.com/api/webhooks/1234/aB3_x-Yz9', 'https://discord.com/api/webhooks/1234/***'],
    ['https://hooks.zapier.com/hooks/catch/12345/b2c3d4e/', 'https://hooks.zapier.com/hooks/catch/12345/***/'],
    [
      'https://maker.ifttt.com/trigger/ring/with/key/cAbDeFgHiJk?x=1',
      'https://maker.ifttt.com/trigger/ring/with/key/***?x=1',
    ],
    ['https://api.telegram.org/bot123456:AA-hJk_lmno/sendMessage', 'https://api.telegram.org/***/sendMessage'],
    ['https://n8n/webhook/3f0c9a52-1f9e-4c56-9a3f-0b1f5c3d2e1a', 'https://n8n/webhook/***'],
    ['https://crm/in/9f86d081884c7d659a2feaa0c55ad015', 'https://crm/in/***'],
    ['https://crm/x;jsessionid=12ab', 'https://crm/x;jsessionid=***'],
  ])('does not show a token in its path: %s', (url, shown) => {
    expect(none.url(url).replaceAll(/\/T00000000\/B00000000/g, '/***/***')).toBe(shown);
  });

  it.each([
    'https://crm.example.com/hooks/ringing?source=pbx',
    'http://crm/101/hangup/1700000000.12',
    'http://crm/webhook/asterisk-1700000000.12/line2',
    'http://crm/api/v1/missed-call-notification/phone101',
    'http://ha:8123/api/services/light/turn_on',
  ])('shows %s as it is', (url) => expect(none.url(url)).toBe(url));
});

describe('a body', () => {
  it('is shown without the fields that sound secret, whatever it is', () => {
    expect(none.body('CallID=1.1&token=abc&x=')).toBe('CallID=1.1&token=***&x=');
    expect(none.body('{"CallID":"1.1","api_key":"a\\"b",  "x": 1.50}')).toBe(
      '{"CallID":"1.1","api_key":"***",  "x": 1.50}',
    );
    expect(none.body('{"secrets":["a",{"b":"]"}],"pin":1234,"n":null}')).toBe('{"secrets":"***","pin":"***","n":null}');
  });
});

describe('an answer', () => {
  it.each([
    [
      '{"args":{"token":"abc"},"url":"http://u:p@h/?jwt=a&b=1"}',
      '{"args":{"token":"***"},"url":"http://***@h/?jwt=***&b=1"}',
    ],
    ["{'Authorization': 'Basic dXNlcjpwYXNzd29yZA=='}", "{'Authorization': '***'}"],
    ['{"data":"{\\"token\\":\\"abc\\",\\"x\\":\\"y\\"}"}', '{"data":"{\\"token\\":\\"***\\",\\"x\\":\\"y\\"}"}'],
    ['Authorization: Bearer abcdefg\r\nAccept: */*', 'Authorization: ***\r\nAccept: */*'],
    ['you sent Basic dXNlcjpwYXNz today', 'you sent Basic *** today'],
    ['[api-key] => x\napi-key=geheim; a=1', '[api-key] => x\napi-key=***; a=1'],
    ['{"code":200,"status":"OK","code":"E12"}', '{"code":200,"status":"OK","code":"E12"}'],
    [
      'GET /hooks/T1/B1/abc?jwt=1 HTTP/1.1, text/html, </p>, */*, 1/2',
      'GET /hooks/T1/B1/***?jwt=*** HTTP/1.1, text/html, </p>, */*, 1/2',
    ],
    ['Unauthorized: wrong user', 'Unauthorized: wrong user'],
    ['<p>Not found</p>', '<p>Not found</p>'],
  ])('%s', (answer, shown) => {
    expect(none.text(answer)).toBe(shown);
  });

  it('may repeat what sounded secret in the request, under other names or none', () => {
    const own = none.forRequest({
      url: 'http://u:pass%20wd@h/services/T0/B0/hookpart?code=abcdef&x=1000',
      headers: { Authorization: 'Bearer bear', 'X-Other': 'other' },
      body: '{"pin":1234,"n":5}',
    });
    expect(own.text('/services/T0/B0/hookpart?code=abcdef hookpart abcdef pass wd bear other 1234 1000')).toBe(
      '/services/T0/B0/***?code=*** *** *** *** *** other *** 1000',
    );
    expect(own.url('http://h/?a=1234')).toBe('http://h/?a=1234');
  });

  it('may repeat what stands literally in a rule', () => {
    const secrets = secretsInRule('https://crm:pw%40123456@h/?api-key=literal1&x=callevents', [
      ['Authorization', 'Bearer literal-2'],
      ['X-Auth-User', 'callevents'],
      ['token', '{CallID}-and-more'],
    ]);
    expect(new Redactor(secrets).text('no pw@123456, literal1, literal-2 for callevents')).toBe(
      'no ***, ***, *** for callevents',
    );
  });
});

function bound(redactor: Redactor) {
  return { known: (text: string) => redactor.redactKnownSecrets(text) };
}
