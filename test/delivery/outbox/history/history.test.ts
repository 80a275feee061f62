import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryFilter, DeliveryPage } from '../../../../src/delivery/admin.ts';
import { countMatches, findPage } from '../../../../src/delivery/outbox/history/page.ts';
import { pathOf } from '../../../../src/delivery/outbox/history/path.ts';
import { HistoryReader } from '../../../../src/delivery/outbox/history/reader.ts';
import { HistoryThread } from '../../../../src/delivery/outbox/history/thread.ts';
import { openOutbox } from '../../../../src/delivery/outbox/open.ts';
import { insertRows, type OutboxRow } from '../../../helpers/outbox-rows.ts';
import { temporaryDirectory } from '../../../helpers/temporary.ts';

const directory = temporaryDirectory();
const outboxOf = (name: string, rows: Iterable<OutboxRow>) => {
  const path = join(directory.path, name);
  const database = openOutbox(path, () => undefined);
  insertRows(database, rows);
  return { path, database };
};

const FROM = 1_700_000_000_000;
/** Every seventh is dead, and every fiftieth is of 102. */
const ROWS: OutboxRow[] = Array.from({ length: 10_000 }, (_, number) => ({
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

const FILTERS: DeliveryFilter[] = [
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

let database: DatabaseSync;
beforeAll(() => {
  database = outboxOf('ten-thousand.db', ROWS).database;
});
afterAll(() => database.close());

function everyPage(filter: DeliveryFilter, milliseconds?: number, limit = 700): DeliveryPage[] {
  const pages: DeliveryPage[] = [];
  let cursor: string | undefined;
  do {
    const page = findPage(database, filter, limit, cursor, milliseconds);
    pages.push(page);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

describe('pages of deliveries', () => {
  it.each(FILTERS)('have every match of %j once, the newest first', (filter) => {
    const wanted = ROWS.map((row, number) => ({ ...row, id: `msg_${number}` }))
      .filter(isMatch(filter))
      .reverse();
    const found = everyPage(filter).flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(found).toEqual(wanted.map(({ id }) => id));
    expect(countMatches(database, filter)).toEqual({ count: wanted.length, isAll: true });
  });

  it('stop when the time is over, say how far they have looked, and go on there', () => {
    const filter: DeliveryFilter = { target: 'http://a:80', event: 'hangup' };
    const pages = everyPage(filter, 0, 5000);
    const [first, second] = pages;
    expect(first?.rows.length).toBeLessThan(ROWS.filter(isMatch(filter)).length);
    expect(first?.searchedTo).toBeLessThanOrEqual(first?.rows.at(-1)?.createdAt ?? 0);
    expect(second?.rows[0]?.createdAt).toBeLessThan(first?.searchedTo ?? 0);
    expect(pages.at(-1)).toMatchObject({ searchedTo: undefined, next: undefined });
    expect(pages.flatMap(({ rows }) => rows)).toHaveLength(ROWS.filter(isMatch(filter)).length);
  });

  it('go on behind a row among others of the same moment', () => {
    const same = outboxOf(
      'same.db',
      Array.from({ length: 10 }, () => ({ createdAt: FROM })),
    ).database;
    const first = findPage(same, {}, 4);
    const second = findPage(same, {}, 4, first.next);
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2].map((number) => `msg_${number}`),
    );
    same.close();
  });

  it('refuse a cursor that is none', () => {
    expect(() => findPage(database, {}, 10, "1' OR 1")).toThrow(RangeError);
  });

  it.each(FILTERS)('of %j are found by an index, in its order', (filter) => {
    const { from, seek } = pathOf(database, filter);
    const behind = 'AND (created_at, seq) < (?, ?)';
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT * FROM ${from} WHERE ${seek.where} ${behind} ORDER BY created_at DESC, seq DESC`,
      )
      .all(...seek.values, FROM, 1)
      .map(({ detail }) => String(detail));
    expect(plan).toEqual([expect.stringMatching(/^SEARCH deliveries USING INDEX deliveries_\w+ \(/)]);
  });

  it('take the shorter way of two', () => {
    expect(pathOf(database, { extension: '102', state: 'dead' }).from).toContain('deliveries_extension');
    expect(pathOf(database, { extension: '101', state: 'pending' }).from).toContain('deliveries_state');
  });
});

describe('what is counted and looked up', () => {
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

  it('is there through the thread, and follows what is changed through it', async () => {
    const { path, database: own } = outboxOf('thread.db', rows);
    const history = new HistoryThread(path);
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
    await history.close();
    await expect(history.minutes()).rejects.toThrow('stopping');
    own.close();
  });

  it('changes all that match, more than are changed at once', async () => {
    const many = outboxOf(
      'many.db',
      Array.from({ length: 450 }, () => ({ state: 'dead' as const })),
    );
    const reader = new HistoryReader(many.path);
    expect(await reader.retry({ state: 'dead' }, now)).toBe(450);
    expect(await reader.count({ state: 'pending' })).toEqual({ count: 450, isAll: true });
    await reader.close();
    many.database.close();
  });
});
