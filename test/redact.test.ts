import { expect, it } from '@jest/globals';
import { maskBody, maskSecrets, maskUrl } from '../src/redact.ts';

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

it('secrets in URLs are masked', () => {
  expect(maskUrl('https://u:p@crm/x?token=abc&a=1&api_key=k')).toBe('https://***@crm/x?token=***&a=1&api_key=***');
});
