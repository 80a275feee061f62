import { expect, it } from '@jest/globals';
import { parseMoment } from '../src/duration.ts';

const NOW = Date.parse('2026-03-14T10:00:00Z');

it.each([
  ['2h', '2026-03-14T08:00:00.000Z'],
  ['0', '2026-03-14T10:00:00.000Z'],
  ['2026-03-13', '2026-03-13T00:00:00.000Z'],
  ['2026-03', '2026-03-01T00:00:00.000Z'],
  ['2026-03-13T08:30:00Z', '2026-03-13T08:30:00.000Z'],
])('%s is a moment', (text, moment) => {
  expect(parseMoment(text, NOW)).toBe(Date.parse(moment));
});

it.each(['1', '5', '30', '2 hours', '12/11', 'march', 'h 2', ''])(
  '"%s" is none, for its unit may be missing',
  (text) => {
    expect(parseMoment(text, NOW)).toBeUndefined();
  },
);
