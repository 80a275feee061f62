import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { HistoryTables } from '../../../src/delivery/history/history-tables.ts';
import { scanRows } from '../../../src/delivery/history/scan-rows.ts';

const ROWS_PER_MS = 400;
const path = {
  from: 'deliveries',
  seek: { where: 'true', values: [] },
  rest: { where: 'reason = ?', values: ['nothing like it'] },
  isExact: false,
};

let now = 0;
afterEach(() => void jest.restoreAllMocks());

/** A million rows, of which none matches, and a clock that goes on by those that are checked. */
function endlessTables(): HistoryTables {
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  let left = 1_000_000;
  const tables: Pick<HistoryTables, 'rows'> = {
    async rows(sql) {
      const [, offset] = /OFFSET (\d+)$/.exec(sql) ?? [];
      if (offset === undefined) return [];
      const step = Number(offset) + 1;
      now += step / ROWS_PER_MS;
      left -= step;
      return [{ created_at: left, seq: left }];
    },
  };
  return tables as HistoryTables;
}

describe('a search among rows that do not match', () => {
  it.each([10, 50, 100])('takes the %d ms that it is given, and no step more', async (milliseconds) => {
    now = 5;
    const options = { columns: '*', after: undefined, limit: 50, deadline: now + milliseconds };
    const { rows, reached } = await scanRows(endlessTables(), [path], options);
    expect(rows).toEqual([]);
    expect(now - 5).toBeGreaterThanOrEqual(milliseconds);
    expect(now - 5).toBeLessThan(milliseconds + 5);
    expect(1_000_000 - (reached?.seq ?? 0)).toBeGreaterThan(milliseconds * ROWS_PER_MS * 0.99);
  });
});
