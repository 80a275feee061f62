// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { Rule } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { escapeTemplate } from '../../src/config/placeholder-syntax.ts';
import { headerValue } from '../../src/rules/header-value.ts';
import { fillText } from '../../src/rules/placeholders.ts';
import { requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';

const EVENT: CallEvent = {
  event: 'hangup',
  leg: { server: '', startup: '', uniqueid: '1700000000.13', extension: '101', flow: 'IN' },
  channel: 'PJSIP/101-00000001',
  params: {
    CallID: '1700000000.12',
    CallerIDNum: '0612345678',
    CallerIDNam: 'Борис "李" 😀',
    CalledExtension: '101',
    CallFlow: 'IN',
    CallStatus: 'ANSWER',
  },
  details: { durationMs: 12_400, talkMs: 8000, queue: 'sales', variables: { CRM_ID: 'x/1' } },
};

function made(rule: string, { event = EVENT, more = '', env = {} } = {}) {
  const config = parseConfig(
    `asterisk: {username: u, secret: s, name: pbx1}\nextensions:\n  "101":\n    events:\n      - on: hangup\n        method: POST\n        id: E1\n${rule
      .split('\n')
      .map((line) => `        ${line}`)
      .join('\n')}\n${more}`,
    'c',
    { env },
  );
  return requestOf(event, config.extensions[0]?.rules?.[0] as Rule, ruleDefaultsOf(config));
}

const bodyOf = (body: string, options = {}) => JSON.parse(made(`url: http://a/\nbody: ${body}`, options).body ?? '');
const headersOf = (headers: string, event = EVENT) => made(`url: http://a/\nheaders: ${headers}`, { event }).headers;

describe("a body of the rule's own", () => {
  it('is JSON, whose texts hold placeholders', () => {
    const { body, headers, ownBody } = made(
      'url: http://a/\nbody: { text: "Call from {CallerIDNam|CallerIDNum|a hidden number} on {CalledDID|no number}", list: ["{CallID}", plain] }',
    );
    expect(JSON.parse(body ?? '')).toEqual({
      text: 'Call from Борис "李" 😀 on no number',
      list: ['1700000000.12', 'plain'],
    });
    expect(headers['Content-Type']).toBe('application/json');
    expect(ownBody).toBe(true);
  });

  it('takes the first that is known, else the text that stands last, else nothing', () => {
    const event = { ...EVENT, params: { ...EVENT.params, CallerIDNam: undefined, CallerIDNum: undefined } };
    const said = '{ a: "{CallerIDNam|CallerIDNum|a hidden number}", b: "from {CallerIDNam|CallerIDNum}!" }';
    expect(bodyOf(said, { event: event as unknown as CallEvent })).toEqual({ a: 'a hidden number', b: 'from !' });
  });

  it('has a number where a text is nothing but one placeholder of a number', () => {
    expect(
      bodyOf('{ a: "{Duration}", b: "{TalkTime} s", c: "{CallerIDNum}", d: "{Duration|TalkTime|0}", e: "{Queue|0}" }'),
    ).toEqual({ a: 12, b: '8 s', c: '0612345678', d: 12, e: 'sales' });
    const early = { ...EVENT, details: {} };
    expect(bodyOf('{ d: "{Duration|0}", e: "{Queue|0}", f: "{Duration|none}" }', { event: early })).toEqual({
      d: 0,
      e: '0',
      f: 'none',
    });
  });

  it('is left by a key, or a place in a list, whose value is not known', () => {
    expect(bodyOf('{ a: "{CalledDID}", b: { c: "{TransferredBy}", d: x }, e: ["{CalledDID}", y], f: ~ }')).toEqual({
      b: { d: 'x' },
      e: ['y'],
      f: null,
    });
  });

  it('has numbers and switches as YAML has them, and texts where they stand in quotes or would change', () => {
    expect(
      bodyOf('{ a: 5, b: "5", c: true, d: "true", e: 0101, f: +1800, g: 1.50, h: -2.5, i: "", j: 7e002511 }'),
    ).toEqual({ a: 5, b: '5', c: true, d: 'true', e: '0101', f: '+1800', g: '1.50', h: -2.5, i: '', j: '7e002511' });
  });

  it('has its own numbers and texts in each of two extensions that read alike but for the quotes', () => {
    const rule = (value: string) =>
      `{events: [{on: hangup, method: POST, url: "http://a/", body: {priority: ${value}}}]}`;
    const { extensions } = parseConfig(`extensions:\n  "101": ${rule('5')}\n  "102": ${rule('"5"')}`, 'c', {
      require: 'extensions',
    });
    expect(extensions.map(({ rules }) => rules?.[0]?.body)).toEqual([{ priority: 5 }, { priority: '5' }]);
  });

  it('may be a list, and in blocks', () => {
    expect(
      bodyOf('\n  - event: hangup\n    from: "{CallerIDNum}"\n  - {CRM_ID: "{CRM_ID}"}', {
        more: 'variables: [CRM_ID]',
      }),
    ).toEqual([{ event: 'hangup', from: '0612345678' }, { CRM_ID: 'x/1' }]);
  });

  it('has numbers as `numbers` makes them, and secrets as they are', () => {
    const options = {
      more: 'numbers: [{match: "^0", replace: "+31"}]',
      env: { TOKEN: 'a{CallID}{{b' },
    };
    expect(bodyOf('{ n: "{CallerIDNum}", t: "key ${env:TOKEN}" }', options)).toEqual({
      n: '+31612345678',
      t: 'key a{CallID}{{b',
    });
  });

  it('has a brace where two stand', () => {
    expect(bodyOf('{ a: "{{CallID}", b: "{{}", c: "}{{", d: "{{{CallID}}" }')).toEqual({
      a: '{CallID}',
      b: '{}',
      c: '}{',
      d: '{1700000000.12}',
    });
  });

  it('takes no key of a prototype for a parameter', () => {
    expect(() => bodyOf('{ a: "{constructor}" }')).toThrow('{constructor} is no parameter');
  });
});

describe('placeholders in params', () => {
  it('are filled in, and encoded with the rest', () => {
    const { params, body } = made(
      'url: http://a/\nparams: { text: "from {CallerIDNum} ({Queue|no queue})", gone: "{CalledDID}" }',
    );
    expect(params).toEqual({ ...EVENT.params, text: 'from 0612345678 (sales)' });
    expect(body).toContain('&text=from%200612345678%20%28sales%29');
  });

  it('stand for the parameter by its own name in URL, headers and body', () => {
    const { url, headers } = made(
      'url: "http://a/{who}"\nparams: { who: "{CallerIDNum}/x" }\nheaders: { X-Who: "{who}" }',
    );
    expect([url, headers['X-Who']]).toEqual(['http://a/0612345678%2Fx', '0612345678/x']);
  });
});

describe('a URL', () => {
  it('takes the same placeholders', () => {
    expect(made('url: "http://a/{CallerExtension|CalledDID|none at all}?q={{x}#f"').url).toBe(
      'http://a/none%20at%20all?q={x}',
    );
  });
});

/** As a receiver reads encoded words: blanks between two of them do not count. */
const decoded = (value = '') =>
  value
    .replaceAll(/\?= (?==\?)/g, '?=')
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, base64: string) => Buffer.from(base64, 'base64').toString());

describe('a header', () => {
  it('has placeholders, and beyond printable ASCII is in encoded words', () => {
    const { Title, From, Plain } = headersOf('{ Title: "Call: {CallerIDNam}", From: "{CallerIDNum}", Plain: "a\\tb" }');
    expect([From, Plain]).toEqual(['0612345678', 'a b']);
    expect(Title).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/);
    expect(decoded(Title)).toBe('Call: Борис "李" 😀');
  });

  it.each(['Борис', '李', '"', 'O"Neil', '😀', 'é', '李'.repeat(40), `a${'😀'.repeat(30)}`])(
    '%s comes back as it was',
    (name) => {
      const value = headerValue(`Call from ${name}`);
      expect(value).toMatch(/^[\x20-\x7e]+$/);
      expect(decoded(value)).toBe(`Call from ${name}`);
      for (const word of value.match(/=\?\S+/g) ?? []) {
        expect(word.length).toBeLessThanOrEqual(75);
        expect(decoded(word)).not.toContain('\ufffd');
      }
    },
  );

  it('never has a line end, nor a second header, whatever a caller is named', () => {
    const event = { ...EVENT, params: { ...EVENT.params, CallerIDNam: 'a\r\nX-Admin: 1\n\0b' } };
    expect(headersOf('{ Title: "{CallerIDNam}" }', event)).toMatchObject({ Title: 'a X-Admin: 1 b' });
    expect(Object.keys(headersOf('{ Title: "{CallerIDNam}" }', event))).toEqual([
      'Content-Type',
      'Title',
      'X-Event-ID',
    ]);
  });

  it('has nothing that a caller wrote as an encoded word', () => {
    const name = '=?UTF-8?B?DQpYOiAx?=';
    const value = headerValue(name);
    expect(value).not.toContain('DQpYOiAx');
    expect(Buffer.from(value.slice(10, -2), 'base64').toString()).toBe(name);
  });

  it('of which nothing is known is left out', () => {
    expect(headersOf('{ X-Did: "{CalledDID}" }')).not.toHaveProperty('X-Did');
  });
});

describe('whatever a text is', () => {
  const nothing = { isName: () => false, valueOf: () => undefined };
  const text = fc.string({ unit: fc.constantFrom('{', '}', '|', '$', 'a', 'é', '😀', '\r', '\n', '=?', '?=', ' ') });

  it('it is sent as it is once its braces are doubled', () => {
    fc.assert(fc.property(text, (any) => expect(fillText(escapeTemplate(any), nothing)).toBe(any)));
  });

  it('a header of it is one line of printable ASCII, and says the same', () => {
    fc.assert(
      fc.property(text, (any) => {
        const value = headerValue(any);
        expect(value).toMatch(/^[\x20-\x7e]*$/);
        expect(decoded(value)).toBe(any.replaceAll(/[\r\n]+/g, ' '));
      }),
    );
  });
});
