import { expect, it } from '@jest/globals';
import { LoginAttempts } from '../../../src/web/auth/login-attempts.ts';

/** How many of these may be made. */
function made(attempts: LoginAttempts, addresses: readonly string[], now: number): number {
  return addresses.filter((address) => 'succeeded' in attempts.begin(address, now)).length;
}

const times = (count: number, address: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => address(at));

it('an address may fail five times in a minute', () => {
  const attempts = new LoginAttempts();
  expect(
    made(
      attempts,
      times(8, () => '192.0.2.1'),
      0,
    ),
  ).toBe(5);
  expect(attempts.begin('192.0.2.1', 20_000)).toEqual({ waitMs: 40_000 });
  expect(made(attempts, ['192.0.2.2'], 20_000)).toBe(1);
  expect(
    made(
      attempts,
      times(8, () => '192.0.2.1'),
      60_000,
    ),
  ).toBe(5);
});

it('all together may fail thirty times in a minute', () => {
  const attempts = new LoginAttempts();
  expect(
    made(
      attempts,
      times(50, (at) => `192.0.2.${at}`),
      1000,
    ),
  ).toBe(30);
  expect(attempts.begin('198.51.100.1', 2000)).toEqual({ waitMs: 59_000 });
  expect(made(attempts, ['198.51.100.1'], 61_000)).toBe(1);
});

it('what has succeeded does not count', () => {
  const attempts = new LoginAttempts();
  for (let at = 0; at < 100; at++) {
    const attempt = attempts.begin('192.0.2.1', at);
    if (!('succeeded' in attempt)) throw new Error('refused');
    attempt.succeeded();
  }
});

it('one who has an IPv6 network has one address', () => {
  const attempts = new LoginAttempts();
  expect(
    made(
      attempts,
      times(20, (at) => `2001:db8:1:2::${at}`),
      0,
    ),
  ).toBe(5);
  expect(made(attempts, ['2001:db8:1:2:ffff::1'], 0)).toBe(0);
  expect(made(attempts, ['2001:db8:1:3::1', '::1'], 0)).toBe(2);
});
