import { expect, it } from '@jest/globals';
import { cut, short } from '../../../src/web/render/short.ts';

it('a long text is cut in a list, between characters, and whole in its title', () => {
  expect(cut('four', 4)).toBe('four');
  expect(cut('🎉🎉🎉', 2)).toBe('🎉🎉…');
  expect(short('ab', 2).toString()).toBe('ab');
  expect(short('a"bc', 3).toString()).toBe('<span title="a&quot;bc">a&quot;b…</span>');
});
