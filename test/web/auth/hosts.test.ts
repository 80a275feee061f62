import { expect, it } from '@jest/globals';
import { allowedHosts, isAllowedHost } from '../../../src/web/auth/hosts.ts';

const allowed = allowedHosts({ host: '10.1.2.3', names: ['PBX.example.com', '2001:db8::1'] });

it.each([
  'localhost',
  'localhost:9466',
  'LOCALHOST',
  'localhost.',
  '127.0.0.1:9466',
  '[::1]:9466',
  '10.1.2.3',
  'pbx.example.com:443',
  '[2001:db8::1]',
])('the page may be asked for by %s', (host) => {
  expect(isAllowedHost(host, allowed)).toBe(true);
});

it.each([
  undefined,
  '',
  '127.evil.example',
  '127.0.0.1.evil.example',
  'evil.example',
  'localhost.evil.example',
  'pbx.example.com.evil.example',
  'evil.example:9466',
  'user@localhost',
  'localhost:80:80',
  'localhost/',
  '0.0.0.0',
  '127.0.0.2',
  '[::]',
  '2001:db8::1',
])('the page may not be asked for by %s', (host) => {
  expect(isAllowedHost(host, allowed)).toBe(false);
});

it('by the address that stands for all, nobody asks', () => {
  expect(isAllowedHost('0.0.0.0:9466', allowedHosts({ host: '0.0.0.0', names: [] }))).toBe(false);
  expect(isAllowedHost('[::]:9466', allowedHosts({ host: '::', names: [] }))).toBe(false);
});
