import { expect, it } from '@jest/globals';
import { originOf } from '../../../src/web/auth/cross-origin.ts';

const HOST = 'pbx.example.com:9466';

// The cases of Go's CrossOriginProtection.
it.each([
  ['GET', { 'sec-fetch-site': 'cross-site' }, 'same'],
  ['HEAD', { origin: 'https://evil.example' }, 'same'],
  ['OPTIONS', {}, 'same'],
  ['POST', { 'sec-fetch-site': 'same-origin' }, 'same'],
  ['POST', { 'sec-fetch-site': 'none' }, 'same'],
  ['POST', { 'sec-fetch-site': 'cross-site' }, 'other'],
  ['POST', { 'sec-fetch-site': 'same-site' }, 'other'],
  ['POST', { 'sec-fetch-site': 'nonsense' }, 'other'],
  // The first word counts, whatever Origin says.
  ['POST', { 'sec-fetch-site': 'cross-site', origin: `http://${HOST}` }, 'other'],
  ['POST', { origin: `http://${HOST}` }, 'same'],
  ['POST', { origin: `https://${HOST}` }, 'same'],
  ['POST', { origin: 'http://pbx.example.com:9467' }, 'other'],
  ['POST', { origin: 'http://pbx.example.com' }, 'other'],
  ['POST', { origin: 'https://evil.example' }, 'other'],
  ['POST', { origin: 'null' }, 'other'],
  ['POST', { origin: 'nonsense' }, 'other'],
  ['POST', {}, 'no browser'],
  ['PUT', { 'sec-fetch-site': 'cross-site' }, 'other'],
  ['DELETE', { 'sec-fetch-site': 'cross-site' }, 'other'],
  ['PATCH', {}, 'no browser'],
] as const)('%s with %j was made by a page: %s', (method, headers, made) => {
  expect(originOf(method, headers, HOST)).toBe(made);
});

it('a name is the same in whatever case, and with the port that its scheme has anyway', () => {
  expect(originOf('POST', { origin: 'https://pbx.example.com' }, 'PBX.example.com')).toBe('same');
});
