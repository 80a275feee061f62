import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { deliveryIdOf } from '../../src/delivery/delivery-id.ts';
import { CircuitBreaker } from '../../src/delivery/dispatch/circuit-breaker.ts';
import { outcomeOf } from '../../src/delivery/dispatch/outcome.ts';
import { nextTryMs } from '../../src/delivery/dispatch/retry-schedule.ts';
import { AddressGuard } from '../../src/delivery/http/address-guard.ts';
import { signatureHeaders } from '../../src/delivery/http/signature.ts';
import { maskBody, maskSecrets, maskUrl } from '../../src/redact.ts';

const answer = (status: number, more = {}) => ({ kind: 'answer' as const, status, answer: '', ...more });

describe('what an answer means', () => {
  it.each([
    [200, 'delivered', 'delivered'],
    [204, 'delivered', 'delivered'],
    [301, 'retry', 'dead'],
    [400, 'retry', 'dead'],
    [404, 'retry', 'dead'],
    [408, 'retry', 'retry'],
    [410, 'dead', 'dead'],
    [425, 'retry', 'retry'],
    [429, 'retry', 'retry'],
    [500, 'retry', 'retry'],
    [503, 'retry', 'retry'],
  ])('%d: %s, and the second time %s', (status, first, second) => {
    expect(outcomeOf(answer(status), 0, 0).outcome).toBe(first);
    expect(outcomeOf(answer(status), 1, 0).outcome).toBe(second);
  });

  it('a redirect names where it points, and 410 suspends the rule', () => {
    expect(outcomeOf(answer(302, { location: 'http://other/' }), 0, 0)).toMatchObject({
      reason: 'HTTP 302: redirects are not followed; it names http://other/',
    });
    expect(outcomeOf(answer(410), 0, 0)).toMatchObject({ suspend: true });
  });

  it('Retry-After holds, in seconds or as a date, within bounds', () => {
    const wait = (retryAfter: string) => {
      const outcome = outcomeOf(answer(429, { retryAfter }), 0, 1_000_000);
      return outcome.outcome === 'retry' ? outcome.notBeforeMs : undefined;
    };
    expect(wait('7')).toBe(7000);
    expect(wait(new Date(1_060_000).toUTCString())).toBe(60_000);
    expect(wait('999999999')).toBe(3_600_000);
    expect(wait(new Date(0).toUTCString())).toBe(0);
    expect(wait('soon')).toBeUndefined();
  });

  it('no answer is tried again, an address that is refused is not', () => {
    expect(outcomeOf({ kind: 'error', code: 'ECONNREFUSED', message: '' }, 0, 0).outcome).toBe('retry');
    expect(outcomeOf({ kind: 'error', code: 'REFUSED_ADDRESS', message: '' }, 0, 0).outcome).toBe('dead');
  });
});

describe('when a delivery is tried again', () => {
  const schedule = { triesMs: [0, 1000, 3000, 8000, 20_000, 45_000], expireMs: 120_000 };
  it('goes by the schedule, with a fifth of jitter, to its end', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempts) => nextTryMs(schedule, attempts, 0, undefined, 0.5))).toEqual([
      1000,
      3000,
      8000,
      20_000,
      45_000,
      undefined,
    ]);
    expect(nextTryMs(schedule, 2, 0, undefined, 0)).toBeCloseTo(2400);
    expect(nextTryMs(schedule, 2, 0, undefined, 1)).toBeCloseTo(3600);
  });
  it('never is at once, and not before Retry-After', () => {
    expect(nextTryMs(schedule, 1, 10_000, undefined, 0.5)).toBe(10_500);
    expect(nextTryMs(schedule, 1, 100, 30_000, 0.5)).toBe(30_100);
    expect(nextTryMs(schedule, 1, 100, 119_950, 0.5)).toBeUndefined();
  });
});

it('the breaker opens after five failures in a row, probes once, and doubles its pause', () => {
  const breaker = new CircuitBreaker();
  for (let failure = 0; failure < 4; failure++) breaker.failed(0);
  expect(breaker.blockedFor(0)).toBe(0);
  breaker.failed(0);
  expect(breaker.blockedFor(400)).toBe(600);
  expect(breaker.blockedFor(1000)).toBe(0);
  breaker.begin();
  expect(breaker.blockedFor(1000)).toBe(Number.POSITIVE_INFINITY);
  breaker.failed(1000);
  expect(breaker.blockedFor(1000)).toBe(2000);
  for (let at = 10_000; at < 1_000_000; at += 100_000) {
    breaker.begin();
    breaker.failed(at);
  }
  expect(breaker.blockedFor(910_000)).toBe(30_000);
  breaker.begin();
  breaker.succeeded();
  expect(breaker.state).toBe('closed');
  breaker.failed(0);
  expect(breaker.blockedFor(0)).toBe(0);
});

describe('where requests may go', () => {
  const guard = new AddressGuard({ allow: ['169.254.7.7'], deny: ['10.1.0.0/16'] });
  it.each([
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.1.1]/',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://0xa9fea9fe/',
    'http://169.254.169.254./',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://100.100.100.200/',
    'http://10.1.2.3/',
  ])('not to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).toThrow('are refused');
  });
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://192.168.1.1/',
    'http://10.2.0.1/',
    'http://169.254.7.7/',
    'http://crm.example.com/',
  ])('to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).not.toThrow();
  });
  it('not to a name that leads there', async () => {
    const loopless = new AddressGuard({ allow: [], deny: ['127.0.0.0/8', '::1/128'] });
    const error = await new Promise((resolve) => loopless.lookup('localhost', {}, resolve));
    expect(String(error)).toContain('requests to localhost (');
  });
});

it('a signature is what receivers check, with the new secret and the old one', () => {
  const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
  const now = Date.now();
  const headers = { 'webhook-id': 'msg_1', ...signatureHeaders('msg_1', 'a=1', secrets, now) };
  for (const secret of secrets) expect(() => new Webhook(secret).verify('a=1', headers)).not.toThrow(/signature/i);
  expect(() => new Webhook(secrets[0] ?? '').verify('a=2', headers)).toThrow();
});

it('a delivery id says what it is about and nothing else', () => {
  const about = {
    event: 'hangup' as const,
    ruleId: 'E',
    leg: { callId: '1.1', extension: '101', flow: 'IN' as const, number: 1 },
  };
  const id = deliveryIdOf('pbx', about);
  expect(id).toBe(deliveryIdOf('pbx', structuredClone(about)));
  const others = [
    deliveryIdOf('pbx2', about),
    deliveryIdOf('pbx', { ...about, event: 'dial-in' }),
    deliveryIdOf('pbx', { ...about, ruleId: 'F' }),
    deliveryIdOf('pbx', { ...about, leg: { ...about.leg, number: 2 } }),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});

it('known secrets are masked as they stand, in JSON, in URLs and in forms', () => {
  const secret = 'pä"ss\\w*rd';
  const shown = [secret, JSON.stringify({ secret }), `?t=${encodeURIComponent(secret)}`, '%70%C3%A4%22ss%5Cw%2Ard'];
  expect(shown.map((text) => maskSecrets(text, [secret]))).toEqual(['***', '{"secret":"***"}', '?t=***', shown[3]]);
  expect(maskSecrets('p%C3%A4%22ss%5Cw%2Ard', [secret])).toBe('***');
});

it('fields of a body that sound secret are masked', () => {
  expect(maskBody('CallID=1.1&token=abc&x=')).toBe('CallID=1.1&token=***&x=');
  expect(maskBody('{"CallID":"1.1","api_key":"abc"}')).toBe('{"CallID":"1.1","api_key":"***"}');
});

it('a redirect does not show the secret in its Location', () => {
  expect(outcomeOf(answer(302, { location: 'https://crm/login?token=abc' }), 0, 0)).toMatchObject({
    reason: 'HTTP 302: redirects are not followed; it names https://crm/login?token=***',
  });
});

it('secrets in URLs are masked', () => {
  expect(maskUrl('https://u:p@crm/x?token=abc&a=1&api_key=k')).toBe('https://***@crm/x?token=***&a=1&api_key=***');
});
