import { describe, expect, it } from '@jest/globals';
import { isTargetTrouble, outcomeOf } from '../../../src/delivery/dispatch/outcome.ts';

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

  it('a code that the rule accepts is delivered, and no trouble of the target', () => {
    expect(outcomeOf(answer(302, { location: 'http://other/' }), 0, 0, [302])).toEqual({ outcome: 'delivered' });
    expect(outcomeOf(answer(410), 0, 0, [410])).toEqual({ outcome: 'delivered' });
    expect(outcomeOf(answer(301), 1, 0, [302]).outcome).toBe('dead');
    expect([isTargetTrouble(answer(503), [503]), isTargetTrouble(answer(503), [302])]).toEqual([false, true]);
  });

  it('a redirect names where it points, and 410 suspends the rule', () => {
    expect(outcomeOf(answer(302, { location: 'http://other/' }), 0, 0)).toMatchObject({
      reason: 'HTTP 302: redirects are not followed; it names http://other/',
    });
    expect(outcomeOf(answer(410), 0, 0)).toMatchObject({ suspend: true });
  });

  it('Retry-After counts, in seconds or as a date, within bounds', () => {
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

it('a redirect does not show the secret in its Location', () => {
  expect(outcomeOf(answer(302, { location: 'https://crm/login?token=abc' }), 0, 0)).toMatchObject({
    reason: 'HTTP 302: redirects are not followed; it names https://crm/login?token=***',
  });
});
