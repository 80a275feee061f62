import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryFilter, DeliveryHistory, DeliveryPage } from '../../src/delivery/admin.ts';
import { countMatches, findPage } from '../../src/delivery/history/find-page.ts';
import type { HistoryTables } from '../../src/delivery/history/history-tables.ts';
import type { OutboxRow } from '../helpers/outbox-rows.ts';

/** A place with deliveries in it, as a page reads them. */
export interface HistoryPlace {
  tables: HistoryTables;
  history: DeliveryHistory;
  remove(): Promise<void>;
}

export const FROM = 1_700_000_000_000;
/** Every seventh is dead, and every fiftieth is of 102. */
export const ROWS: OutboxRow[] = Array.from({ length: 10_000 }, (_, number) => ({
  extension: number % 50 === 0 ? '102' : '101',
  ruleId: number % 50 === 0 ? 'rule2' : 'rule1',
  event: number % 2 === 0 ? 'hangup' : 'dial-in',
  target: number % 3 === 0 ? 'http://a:80' : 'http://b:80',
  state: number % 7 === 0 ? 'dead' : 'delivered',
  createdAt: FROM + number * 1000,
  ...(number % 7 === 0 && { reason: number % 14 === 0 ? 'HTTP 404' : 'ECONNREFUSED: 100% down' }),
}));
const isMatch = (filter: DeliveryFilter) => (row: OutboxRow) =>
  (['extension', 'ruleId', 'event', 'target', 'state'] as const).every(
    (name) => filter[name] === undefined || filter[name] === row[name],
  ) &&
  (row.createdAt ?? 0) >= (filter.since ?? 0) &&
  (row.createdAt ?? 0) <= (filter.until ?? Infinity) &&
  (row.reason ?? '').toLowerCase().includes((filter.reason ?? '').toLowerCase());

export const FILTERS: DeliveryFilter[] = [
  {},
  { extension: '102' },
  { ruleId: 'rule2' },
  { event: 'dial-in' },
  { target: 'http://a:80' },
  { state: 'dead' },
  { state: 'pending' },
  { since: FROM + 9_000_000, until: FROM + 9_100_000 },
  { extension: '102', state: 'dead' },
  { extension: '101', state: 'delivered', event: 'hangup', since: FROM + 1_000_000 },
  { reason: 'econn' },
  { reason: '0% D' },
  { state: 'dead', reason: '404', until: FROM + 5_000_000 },
];

/**
 * What the page shows of deliveries, from whatever keeps them: every history passes these.
 * @param place makes one with rows in it, in their order
 */
export function showsTheHistory(name: string, place: (rows: readonly OutboxRow[]) => Promise<HistoryPlace>): void {
  describe(`pages of deliveries in ${name}`, () => {
    let there: HistoryPlace;
    beforeAll(async () => {
      there = await place(ROWS);
    }, 60_000);
    afterAll(() => there?.remove());

    async function everyPage(filter: DeliveryFilter, milliseconds?: number, limit = 700): Promise<DeliveryPage[]> {
      const pages: DeliveryPage[] = [];
      let cursor: string | undefined;
      do {
        const page = await findPage(there.tables, filter, limit, cursor, milliseconds);
        pages.push(page);
        cursor = page.next;
      } while (cursor !== undefined);
      return pages;
    }

    it.each(FILTERS)('have every match of %j once, the newest first', async (filter) => {
      const wanted = ROWS.map((row, number) => ({ ...row, id: `msg_${number}` }))
        .filter(isMatch(filter))
        .reverse();
      const found = (await everyPage(filter)).flatMap(({ rows }) => rows.map(({ id }) => id));
      expect(found).toEqual(wanted.map(({ id }) => id));
      expect(await countMatches(there.tables, filter)).toEqual({ count: wanted.length, isAll: true });
    });

    it('stop when the time is over, say how far they have looked, and go on there', async () => {
      const filter: DeliveryFilter = { extension: '101', target: 'http://a:80', event: 'hangup' };
      const pages = await everyPage(filter, 0, 5000);
      const [first, second] = pages;
      expect(first?.rows.length).toBeLessThan(ROWS.filter(isMatch(filter)).length);
      expect(first?.searchedTo).toBeLessThanOrEqual(first?.rows.at(-1)?.createdAt ?? 0);
      expect(second?.rows[0]?.createdAt).toBeLessThan(first?.searchedTo ?? 0);
      expect(pages.at(-1)).toMatchObject({ searchedTo: undefined, next: undefined });
      expect(pages.flatMap(({ rows }) => rows)).toHaveLength(ROWS.filter(isMatch(filter)).length);
    });

    it('refuse a cursor that is none', async () => {
      await expect(there.history.page({}, 10, "1' OR 1")).rejects.toThrow(RangeError);
    });
  });

  it(`pages in ${name} go on behind a row among others of the same moment`, async () => {
    const states = ['delivered', 'dead', 'pending'] as const;
    const { tables, remove } = await place(
      Array.from({ length: 10 }, (_, number) => ({ createdAt: FROM, state: states[number % 3] ?? 'dead' })),
    );
    const first = await findPage(tables, {}, 4);
    const second = await findPage(tables, {}, 4, first.next);
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2].map((number) => `msg_${number}`),
    );
    await remove();
  });

  describe(`what is counted and looked up in ${name}`, () => {
    const now = Date.now();
    const ago = (minutes: number) => now - minutes * 60_000;
    const rows: OutboxRow[] = [
      { id: 'old', createdAt: ago(2000) },
      { id: 'dead1', createdAt: ago(300), state: 'dead', extension: '102', ruleId: 'rule2', reason: 'HTTP 404' },
      { id: 'dead2', createdAt: ago(299), state: 'dead', extension: '103', ruleId: 'rule3', reason: 'HTTP 404' },
      { id: 'well', createdAt: ago(200), extension: '103', ruleId: 'rule3' },
      { id: 'tried', createdAt: ago(100), state: 'pending', extension: '104', ruleId: 'rule4', reason: 'HTTP 503' },
      { id: 'waits', createdAt: ago(50), state: 'pending', attempts: 0, extension: '102', ruleId: 'rule2' },
    ];

    it('is there, and follows what is changed through it', async () => {
      const { history, remove } = await place(rows);
      const sum = async () => {
        const minutes = await history.minutes();
        return (['delivered', 'dead', 'pending'] as const).map((state) =>
          minutes.reduce((all, one) => all + one[state], 0),
        );
      };
      expect(await sum()).toEqual([1, 2, 2]);
      expect(await history.failing()).toMatchObject([{ id: 'dead1' }, { id: 'tried', extension: '104' }]);
      expect(await history.lastOfRules(['rule3', 'rule2', 'none'])).toMatchObject({
        rule2: { id: 'dead1', isFailing: true },
        rule3: { id: 'well', isFailing: false },
      });
      expect(Object.keys(await history.lastOfExtensions(['101', '105']))).toEqual(['101']);
      expect(await history.targets()).toEqual(['http://crm.test:80']);
      expect(await history.show('dead1')).toMatchObject({ delivery: { state: 'dead' }, attempts: [] });
      expect(await history.show('nobody')).toBeUndefined();

      expect(await history.retry({ state: 'dead', reason: '404' }, now)).toBe(2);
      expect(await sum()).toEqual([1, 0, 4]);
      expect(await history.discard({ ids: ['waits', 'well'] }, now)).toBe(1);
      expect(await history.show('waits')).toMatchObject({ delivery: { state: 'dead', reason: 'discarded' } });
      expect(await history.page({ state: 'pending' }, 10)).toMatchObject({
        rows: [{ id: 'tried' }, { id: 'dead2' }, { id: 'dead1' }],
      });
      await expect(history.page({}, 10, 'nonsense')).rejects.toThrow(RangeError);
      expect(history.limitedBy).toBeUndefined();
      await history.close();
      await expect(history.minutes()).rejects.toThrow('stopping');
      await remove();
    });

    it('changes all that match, more than are changed at once', async () => {
      const { history, remove } = await place(Array.from({ length: 450 }, () => ({ state: 'dead' as const })));
      expect(await history.retry({ state: 'dead' }, now)).toBe(450);
      expect(await history.count({ state: 'pending' })).toEqual({ count: 450, isAll: true });
      await remove();
    });

    it('is there with its attempts', async () => {
      const { history, remove } = await place([{ id: 'one', attempts: 1 }]);
      for (const callId of [undefined, '0.1', 'another'])
        expect(await history.show('one', callId)).toMatchObject({
          delivery: { id: 'one', callId: '0.1', headers: {}, state: 'delivered' },
          attempts: [{ number: 1, status: 204 }],
        });
      await remove();
    });
  });
}
