import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { Rule } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { compileRewrites, rewriteNumber } from '../../src/config/number-rewrite.ts';
import { matchRules } from '../../src/rules/matcher.ts';
import { requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';

const EVENT: CallEvent = {
  event: 'hangup',
  leg: { server: '', startup: '', uniqueid: '1700000000.13', extension: '101', flow: 'IN' },
  channel: 'PJSIP/101-00000001',
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  params: {
    CallID: '1700000000.12',
    CallerIDNum: '0612345678',
    CallerIDNam: 'Zoë & Co 😀',
    CalledExtension: '101',
    CallFlow: 'IN',
    CallStatus: 'ANSWER',
  },
  details: {
    durationMs: 12_400,
    talkMs: 8000,
    cause: 16,
    causeText: 'Normal Clearing',
    dialStatus: 'ANSWER',
    queue: 'sales',
    transferredBy: '102',
    relatedCallId: '1700000000.9',
    variables: { CRM_ID: 'x/1' },
  },
};

function made(rule: string, more = '', event = EVENT) {
  const config = parseConfig(
    `asterisk: {username: u, secret: s, name: pbx1}\nextensions: {"101": {events: [{on: hangup, id: E1, ${rule}}]}}\n${more}`,
    'c',
  );
  const [first] = config.extensions[0]?.rules ?? [];
  return requestOf(event, first as Rule, ruleDefaultsOf(config));
}

describe('a request', () => {
  it("by GET keeps the URL's own query byte for byte and appends", () => {
    const { method, url, body, headers } = made('url: "https://crm/x?b=%20&a=1#frag"');
    expect([method, body]).toEqual(['GET', undefined]);
    expect(url).toBe(
      'https://crm/x?b=%20&a=1&CallID=1700000000.12&CallerIDNum=0612345678&CallerIDNam=Zo%C3%AB%20%26%20Co%20%F0%9F%98%80&CalledExtension=101&CallFlow=IN&CallStatus=ANSWER',
    );
    expect(headers).toEqual({ 'X-Event-ID': 'E1' });
  });

  it('by POST has a form as its body, or JSON', () => {
    const form = made('method: POST, url: "https://crm/x?k=1"');
    expect(form.url).toBe('https://crm/x?k=1');
    expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual(form.params);
    expect(form.headers['Content-Type']).toBe('application/x-www-form-urlencoded');
    const json = made('method: POST, body: json, url: "https://crm/"');
    expect(JSON.parse(json.body ?? '')).toEqual(EVENT.params);
    expect(json.headers['Content-Type']).toBe('application/json');
  });

  it('leaves out what is not known, and adds what is fixed', () => {
    const { params } = made('url: "https://crm/", params: {source: pbx}, headers: {Authorization: Bearer x}');
    expect(params).toEqual({ ...EVENT.params, source: 'pbx' });
  });

  it('puts parameters in the place of placeholders, percent-encoded', () => {
    expect(made('method: POST, url: "https://crm/{CallID}/{CallerIDNam}/{CalledDID}"').url).toBe(
      'https://crm/1700000000.12/Zo%C3%AB%20%26%20Co%20%F0%9F%98%80/',
    );
  });

  it('fills placeholders with what is known though it is not sent, and sends no less for them', () => {
    const { url, params } = made('url: "https://crm/{Queue}/{CRM_ID}?t={EventTime}", variables: [CRM_ID]');
    expect(url).toMatch(/^https:\/\/crm\/sales\/x%2F1\?t=2026-01-02T03%3A04%3A05\.678Z&CallID=1700000000\.12&/);
    expect(params).not.toHaveProperty('Queue');
    expect(params.CallID).toBe('1700000000.12');
  });

  it("lets no caller's name lead to another path, nor end the service", () => {
    const named = (CallerIDNam: string) => ({ ...EVENT, params: { ...EVENT.params, CallerIDNam } });
    const rule = 'method: POST, url: "https://crm/a/{CallerIDNam}/b"';
    expect(made(rule, '', named('..')).url).toBe('https://crm/a//b');
    expect(made(rule, '', named('../x?y#z')).url).toBe('https://crm/a/..%2Fx%3Fy%23z/b');
    expect(made(rule, '', named('\ud83d')).url).toBe('https://crm/a/%EF%BF%BD/b');
  });

  it('has what is asked for beyond VoipNow', () => {
    const all =
      'EventType, EventTime, LegID, Duration, TalkTime, HangupCause, DialStatus, TransferredBy, RelatedCallID, Queue, Asterisk';
    expect(made(`url: "https://crm/", parameters: [${all}], variables: [CRM_ID]`).params).toEqual({
      ...EVENT.params,
      EventType: 'hangup',
      EventTime: '2026-01-02T03:04:05.678Z',
      LegID: '1700000000.13/101/IN',
      Duration: '12',
      TalkTime: '8',
      HangupCause: '16 Normal Clearing',
      DialStatus: 'ANSWER',
      TransferredBy: '102',
      RelatedCallID: '1700000000.9',
      Queue: 'sales',
      Asterisk: 'pbx1',
      CRM_ID: 'x/1',
    });
  });

  it('has more parameters by its own list, not by that for all', () => {
    const more = 'parameters: [EventType]\nvariables: [CRM_ID]';
    expect(made('url: "https://crm/"', more).params).toMatchObject({ EventType: 'hangup', CRM_ID: 'x/1' });
    const own = made('url: "https://crm/", parameters: [Queue], variables: []', more).params;
    expect(own).toEqual({ ...EVENT.params, Queue: 'sales' });
    const standard = made('url: "https://crm/", profile: standard', 'profile: voipnow').params;
    expect(standard.CallFlow).toBe('IN');
  });

  it('is as VoipNow sends it, where asked', () => {
    const { params } = made('url: "https://crm/"', 'profile: voipnow');
    expect(params).toMatchObject({
      CallerIDName: 'Zoë & Co 😀',
      CallFlow: 'in',
      CalledDID: '',
      CalledNumber: '',
      CallerExtension: '',
    });
  });

  it('survives half a surrogate pair', () => {
    const event = { ...EVENT, params: { ...EVENT.params, CallerIDNam: 'a\ud83d' } };
    expect(made('url: "https://crm/"', '', event).url).toContain('CallerIDNam=a%EF%BF%BD&');
  });
});

describe('numbers', () => {
  it('are rewritten by every rule in its order', () => {
    const { params } = made(
      'url: "https://crm/"',
      'numbers: [{match: "^0([1-9])", replace: "+31$1"}, {match: "^\\\\+316", replace: "mobile "}]',
    );
    expect(params.CallerIDNum).toBe('mobile 12345678');
    expect(params.CallerIDNam).toBe('Zoë & Co 😀');
  });

  it('of which nothing is left are left out', () => {
    expect(made('url: "https://crm/"', 'numbers: [{match: "^06.*", replace: ""}]').params).not.toHaveProperty(
      'CallerIDNum',
    );
  });

  it('are rewritten in linear time', () => {
    const rewrites = compileRewrites([{ match: '^(a+)+$', replace: 'x' }]);
    const text = `${'a'.repeat(50_000)}!`;
    expect(rewriteNumber(text, rewrites)).toBe(text);
  });
});

it('says why a rule is not used', () => {
  const config = parseConfig(
    'extensions: {"101": {events: [{on: hangup, id: A, url: "http://a"}, {on: hangup, id: B, status: disabled, url: "http://a"}, {on: dial-in, id: C, url: "http://a"}, {on: hangup, id: D, url: "http://a"}]}}',
    'c',
    { require: 'extensions' },
  );
  const { extensions } = config;
  const { rules, suspended, unused } = matchRules(
    EVENT,
    extensions[0]?.rules ?? [],
    ruleDefaultsOf(config),
    new Set(['D']),
  );
  expect(rules.map(({ id }) => id)).toEqual(['A']);
  expect(suspended.map(({ id }) => id)).toEqual(['D']);
  expect(unused.map(({ rule, reason }) => [rule.id, reason])).toEqual([
    ['B', 'disabled'],
    ['C', 'other event'],
  ]);
});
