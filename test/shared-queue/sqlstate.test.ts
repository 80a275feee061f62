import { expect, it } from '@jest/globals';
import { isAway } from '../../src/shared-queue/sqlstate.ts';

const error = (more: object, message = '') => Object.assign(new Error(message), more);

it.each([
  ['refused', error({ code: 'ECONNREFUSED', syscall: 'connect' })],
  ['a missing Unix socket', error({ code: 'ENOENT', syscall: 'connect' })],
  ['a time-out of pg', error({}, 'timeout exceeded when trying to connect')],
  ['cut', error({}, 'Connection terminated unexpectedly')],
  ['the database starts', error({ code: '57P03' })],
])('is away: %s', (_, reason) => {
  expect(isAway(reason)).toBe(true);
});

it.each([
  ['a certificate file that is missing', error({ code: 'ENOENT', syscall: 'open' })],
  ['a certificate of nobody known', error({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
  ['no TLS', error({}, 'The server does not support SSL connections')],
  ['a wrong password', error({ code: '28P01' })],
  ['a fault of the program', new TypeError('x is not a function')],
])('is not away: %s', (_, reason) => {
  expect(isAway(reason)).toBe(false);
});
