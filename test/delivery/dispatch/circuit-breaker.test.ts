import { beforeEach, expect, it } from '@jest/globals';
import { CircuitBreaker } from '../../../src/delivery/dispatch/circuit-breaker.ts';

let breaker: CircuitBreaker;
beforeEach(() => {
  breaker = new CircuitBreaker();
});

/** Attempts to the target that have begun. */
const begun = (number: number) =>
  Array.from({ length: number }, () => {
    const attempt = {};
    breaker.begin(attempt);
    return attempt;
  });

it('the breaker opens after five failures in a row, probes once, and doubles its pause', () => {
  for (const attempt of begun(4)) breaker.failed(attempt, 0);
  expect(breaker.blockedFor(0)).toBe(0);
  for (const attempt of begun(1)) breaker.failed(attempt, 0);
  expect(breaker.blockedFor(400)).toBe(600);
  expect(breaker.blockedFor(1000)).toBe(0);
  const [probe = {}] = begun(1);
  expect(breaker.blockedFor(1000)).toBe(Number.POSITIVE_INFINITY);
  breaker.failed(probe, 1000);
  expect(breaker.blockedFor(1000)).toBe(2000);
  for (let at = 10_000; at < 1_000_000; at += 100_000) for (const attempt of begun(1)) breaker.failed(attempt, at);
  expect(breaker.blockedFor(910_000)).toBe(30_000);
  begun(1);
  breaker.succeeded();
  expect(breaker.state).toBe('closed');
  breaker.failed({}, 0);
  expect(breaker.blockedFor(0)).toBe(0);
});

it('what began before it opened does not speak for the probe', () => {
  const [late = {}, discarded = {}, ...failing] = begun(7);
  for (const attempt of failing) breaker.failed(attempt, 0);
  const [probe = {}] = begun(1);
  breaker.failed(late, 1000);
  breaker.skipped(discarded);
  expect(breaker.blockedFor(1000)).toBe(Number.POSITIVE_INFINITY);
  breaker.failed(probe, 1500);
  expect(breaker.blockedFor(1500)).toBe(2000);
});

it('a probe that is skipped makes room for another', () => {
  for (const attempt of begun(5)) breaker.failed(attempt, 0);
  const [probe = {}] = begun(1);
  breaker.skipped(probe);
  expect(breaker.blockedFor(1000)).toBe(0);
});
