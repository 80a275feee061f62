import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/config-problem.ts';
import { endpointOf } from '../../src/config/directory/endpoint.ts';
import { parseConfig } from '../../src/config/load.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../config.yaml'), 'utf8')
  .replaceAll(/^( *)#(?=[a-z]\w*:)/gim, '$1')
  .split('\n')
  .filter((line) => !/^ *(#|$)/.test(line));

/** What may happen to a line while it is edited. */
const slip = fc.tuple(
  fc.nat(EXAMPLE.length - 1),
  fc.oneof(
    fc.record({ kind: fc.constant('drop' as const) }),
    fc.record({ kind: fc.constant('double' as const) }),
    fc.record({ kind: fc.constant('indent' as const), blanks: fc.nat(8) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(40) }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: fc.nat(40),
      text: fc.oneof(
        fc.constantFrom(...'"\'[]{}:,#&*!|>%@`\t-?\\ \r\u0000\u2028é'),
        fc.string({ unit: 'grapheme', maxLength: 4 }),
      ),
    }),
  ),
);

it('gives a configuration, or says where the fault lies, however the example is damaged', () => {
  let broken = 0;
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
      const lines = [...EXAMPLE];
      for (const [index, what] of slips) {
        const line = lines[index] ?? '';
        if (what.kind === 'drop') lines[index] = '';
        else if (what.kind === 'double') lines[index] = `${line}\n${line}`;
        else if (what.kind === 'indent') lines[index] = `${' '.repeat(what.blanks)}${line.trimStart()}`;
        else if (what.kind === 'cut') lines[index] = line.slice(0, what.at);
        else lines[index] = `${line.slice(0, what.at)}${what.text}${line.slice(what.at)}`;
      }
      const source = lines.join('\n');
      try {
        expect(parseConfig(source, 'c', { env: {} }).extensions.length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        broken++;
        const rows = source.split('\n');
        expect(error.problems).not.toEqual([]);
        for (const { line, column, message } of error.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(rows.length);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((rows[line - 1]?.length ?? 0) + 1);
          expect(message).not.toBe('');
          expect(message).not.toContain('Invalid input');
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(broken).toBeGreaterThan(50);
});

it('takes one suffix from a channel and no more, whatever the endpoint is', () => {
  const hex = fc.integer({ min: 0, max: 0xffffffff }).map((number) => number.toString(16).padStart(8, '0'));
  const name = fc.stringMatching(/^[A-Za-z0-9_*+.-]{1,20}$/);
  fc.assert(
    fc.property(
      fc.constantFrom('PJSIP', 'SIP', 'SCCP'),
      name,
      hex,
      fc.boolean(),
      (technology, peer, suffix, isUpper) => {
        const channel = `${technology}/${peer}-${isUpper ? suffix.toUpperCase() : suffix}`;
        expect(endpointOf(channel)).toBe(`${technology}/${peer}`);
      },
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom('IAX2', 'DAHDI'), name, fc.nat(), (technology, peer, suffix) => {
      expect(endpointOf(`${technology}/${peer}-${suffix}`)).toBe(`${technology}/${peer}`);
    }),
  );
});

it('keeps the text of every number, quoted or not', () => {
  const number = fc.oneof(
    fc.stringMatching(/^[0-9+][0-9*]{0,14}$/),
    fc.stringMatching(/^[0-9][0-9a-fA-FxXoO_.e+-]{0,12}[0-9a-f]$/),
  );
  fc.assert(
    fc.property(number, fc.constantFrom('', '"', "'"), (digits, quote) => {
      const text = `${quote}${digits}${quote}`;
      const { extensions } = parseConfig(`extensions:\n  ${text}:\n    did: ${text}\n`, 'c', { require: 'extensions' });
      expect(extensions).toMatchObject([{ key: digits, did: digits }]);
    }),
  );
});
