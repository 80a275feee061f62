import { expect, it } from '@jest/globals';
import { barChart, barsOf } from '../../../src/web/render/chart.ts';

const MINUTE = 60_000;
const now = 1_000_000 * MINUTE + 30_000;

it('bars count the minutes of their stretch, up to now', () => {
  const minute = (ago: number, delivered: number, dead = 0) => ({
    at: now - 30_000 - ago * MINUTE,
    delivered,
    dead,
    pending: 0,
  });
  const bars = barsOf([minute(0, 1), minute(1, 2, 3), minute(2, 4), minute(59, 5), minute(60, 100)], now, 1, 60);
  expect(bars).toHaveLength(60);
  expect([bars[59], bars[58], bars[0]]).toMatchObject([{ delivered: 1 }, { delivered: 2, dead: 3 }, { delivered: 5 }]);
  const wide = barsOf([minute(0, 1), minute(9, 2), minute(40, 4)], now, 10, 5);
  expect(wide.map(({ delivered }) => delivered)).toEqual([4, 0, 0, 2, 1]);
});

it('a chart says in words what it shows, and has a part for each kind', () => {
  const text = barChart(
    barsOf([{ at: now - 30_000, delivered: 3, dead: 1, pending: 0 }], now, 1, 2),
    '<Deliveries>',
    now,
  ).toString();
  expect(text).toContain('aria-label="&lt;Deliveries&gt;"');
  expect(text).toContain('3 delivered, 0 waiting, 1 dead');
  expect(
    [...text.matchAll(/<rect class="(\w+)" x="4" y="([\d.]+)" width="3" height="([\d.]+)"/g)].map((found) =>
      found.slice(1),
    ),
  ).toEqual([
    ['good', '9', '27'],
    ['bad', '0', '9'],
  ]);
});
