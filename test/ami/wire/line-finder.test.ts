import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineFinder } from '../../../src/ami/wire/line-finder.ts';

function finderOf(bytes: Uint8Array, rest = 'x'): LineFinder {
  const lines = new LineFinder(bytes.length + 8);
  lines.bytes.fill(rest);
  lines.bytes.set(bytes);
  return lines;
}

/** Bytes among which line ends, and what is near to them, are frequent. */
const bytes = fc
  .array(fc.oneof(fc.constantFrom(10, 13, 9, 11, 0, 0x8a, 0x0a ^ 0x80), fc.nat(255)), { maxLength: 40 })
  .map((all) => Uint8Array.from(all));
const places = fc.tuple(bytes, fc.nat(40), fc.nat(40)).map(([all, a, b]) => {
  const [from = 0, end = 0] = [Math.min(a, all.length), Math.min(b, all.length)].toSorted((x, y) => x - y);
  return { all, from, end };
});

describe('LineFinder', () => {
  it.each(['\n', 'x'])('finds the first LF between two places, whatever is around them: %j', (rest) => {
    fc.assert(
      fc.property(places, ({ all, from, end }) => {
        expect(finderOf(all, rest).lineEnd(from, end)).toBe(all.subarray(0, end).indexOf(10, from));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['\n', 'x'])('finds the end of the first empty line: %j', (rest) => {
    fc.assert(
      fc.property(places, ({ all, from, end }) => {
        const text = Buffer.from(all.subarray(from, end)).toString('latin1');
        const found = /\n\r?\n/.exec(text);
        expect(finderOf(all, rest).emptyLineEnd(from, end)).toBe(found ? from + found.index + found[0].length - 1 : -1);
      }),
      { numRuns: 2000 },
    );
  });
});
