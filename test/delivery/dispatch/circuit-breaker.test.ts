import { expect, it } from '@jest/globals';
import { CircuitBreaker } from '../../../src/delivery/dispatch/circuit-breaker.ts';

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
