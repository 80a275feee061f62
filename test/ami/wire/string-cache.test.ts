import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StringCache } from '../../../src/ami/wire/string-cache.ts';

describe('StringCache', () => {
  it('gives the text of any bytes, whatever was asked before', () => {
    const strings = new StringCache();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (array, cut) => {
        const bytes = Buffer.from(array);
        const start = Math.min(cut, bytes.length);
        for (let again = 0; again < 2; again++)
          expect(strings.text(bytes, start, bytes.length)).toBe(bytes.toString('utf8', start));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps apart short texts that share a place in its memory', () => {
    const strings = new StringCache();
    const texts = Array.from({ length: 20_000 }, (_, index) => `PJSIP/1${index % 97}-${index.toString(16)}`);
    for (const text of texts) expect(strings.text(Buffer.from(text), 0, text.length)).toBe(text);
  });
});
