import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { HistoryError } from '../../src/delivery/history/history-error.ts';
import { shortestPaths } from '../../src/delivery/history/index-choice.ts';
import { HistoryClient } from '../../src/delivery/outbox/history/history-client.ts';
import { openOutbox } from '../../src/delivery/outbox/open-outbox.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { QueueHistory } from '../../src/shared-queue/queue-history.ts';
import { numbered } from '../../src/shared-queue/queue-sql.ts';
import { QueueTables } from '../../src/shared-queue/queue-tables.ts';
import { FILTERS, FROM, ROWS, showsTheHistory } from '../delivery/history.ts';
import { insertRows, type OutboxRow } from '../helpers/outbox-rows.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { emptyQueue, insertQueueRows } from './queue-place.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;
const directory = temporaryDirectory();
let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

let places = 0;
const outboxWith = (rows: readonly OutboxRow[]) => {
  const path = join(directory.path, `${places++}.db`);
  const database = openOutbox(path, () => undefined);
  insertRows(database, rows);
  database.close();
  return new HistoryClient(path);
};

/** @param rows of a service; another one has the same, of which it sees nothing */
async function place(rows: readonly OutboxRow[], sources = ['east', 'west']) {
  const url = await emptyQueue(postgres, `place_${places++}`);
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  const mine = rows.map((row, number) => ({ id: `msg_${number}`, ...row }));
  // Of each server of the service some.
  for (const [number, row] of mine.entries()) if (row.createdAt === undefined) row.createdAt = FROM + number * 1000;
  await insertQueueRows(client, 'not ours', mine);
  if (sources.length > 1 && rows.every(({ createdAt }) => createdAt !== FROM)) {
    await insertQueueRows(
      client,
      'east',
      mine.filter((_, number) => number % 2 === 0),
    );
    await insertQueueRows(
      client,
      'west',
      mine.filter((_, number) => number % 2 === 1),
    );
  } else await insertQueueRows(client, 'east', mine);
  await client.query('ANALYZE call_events.deliveries');
  const pool = connectQueue(url, 'test', () => undefined);
  const history = new QueueHistory({ url, sources: () => sources, outbox: outboxWith([]) });
  return {
    url,
    client,
    tables: new QueueTables(pool, () => sources),
    history,
    async remove() {
      await history.close();
      await Promise.all([pool.end(), client.end()]);
    },
  };
}

if (hasPostgres()) showsTheHistory('the shared queue', (rows) => place(rows));

describeWithPostgres('pages of the shared queue', () => {
  const ending: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });

  it('are found by an index, in its order, whatever the filter', async () => {
    const there = await place(ROWS, ['east']);
    ending.push(() => there.remove());
    for (const filter of FILTERS)
      for (const { from, seek } of await shortestPaths(there.tables, filter)) {
        // What is pending has an index of its own, and is little.
        if (seek.values.includes('pending')) continue;
        const { rows } = await there.client.query(
          numbered(
            `EXPLAIN SELECT * FROM ${from} WHERE ${seek.where} AND (created_at, seq) < (?, ?) ORDER BY created_at DESC, seq DESC LIMIT 50`,
          ),
          [...seek.values, FROM + 1e9, 1e9],
        );
        const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n');
        expect(`${JSON.stringify(filter)} ${plan}`).toMatch(
          /Index Scan Backward using deliveries_(?:state|extension|rule)/,
        );
        expect(plan).not.toContain('Sort');
      }
  });

  it('show and change nothing of other services', async () => {
    const there = await place([{ id: 'one', state: 'dead' }], ['east']);
    ending.push(() => there.remove());
    const { history, client } = there;
    await client.query("INSERT INTO call_events.suspended VALUES ('not ours', 'rule1', 1, 'HTTP 410')");
    expect(await history.count({})).toEqual({ count: 1, isAll: true });
    expect(await history.suspended()).toEqual([]);
    expect(await history.resume('rule1')).toBe(false);
    expect(await history.retry({}, 1)).toBe(1);
    const { rows } = await client.query('SELECT source FROM call_events.deliveries WHERE state = $1', ['pending']);
    expect(rows).toEqual([{ source: 'east' }]);
  });

  it('let what waits behind one that is discarded go at once', async () => {
    const there = await place(
      [
        { id: 'dial', state: 'pending' },
        { id: 'hangup', state: 'pending', attempts: 0 },
      ],
      ['east'],
    );
    ending.push(() => there.remove());
    const { history, client } = there;
    await client.query("UPDATE call_events.deliveries SET leg_key = 'leg', next_at = call_events.now_ms() + 3600000");
    expect(await history.discard({ ids: ['dial'] }, 1)).toBe(1);
    const { rows } = await client.query(
      "SELECT id FROM call_events.deliveries WHERE source = 'east' AND next_at <= call_events.now_ms()",
    );
    expect(rows).toEqual([{ id: 'hangup' }]);
  });

  it('end a statement that takes too long, and say so', async () => {
    const there = await place([{ id: 'one' }], ['east']);
    ending.push(() => there.remove());
    const { history, client } = there;
    await history.page({}, 1);
    await client.query('BEGIN; LOCK TABLE call_events.deliveries');
    await expect(history.page({}, 1)).rejects.toThrow('reading the shared queue takes too long');
    await client.query('ROLLBACK');
    expect((await history.page({}, 1)).rows).toHaveLength(1);
  });

  it('show what is in the outbox of the service while the queue is away, and say so', async () => {
    const { url, remove } = await place([{ id: 'in the queue' }], ['east']);
    const outbox = outboxWith([{ id: 'waits', state: 'pending' }]);
    const history = new QueueHistory({ url, sources: () => ['east'], outbox });
    ending.push(() => history.close());
    const ids = async () => (await history.page({}, 9)).rows.map(({ id }) => id);
    expect(await ids()).toEqual(['in the queue']);
    await remove();
    postgres.kill();
    expect(await ids()).toEqual(['waits']);
    expect(history.limitedBy).toMatch(
      /^the shared queue cannot be read \(.+\): this is only what is still in this service's own outbox$/,
    );
    await expect(history.resume('rule1')).rejects.toThrow(HistoryError);
    expect(await history.discard({ ids: ['waits'] }, 1)).toBe(1);
    postgres.start();
    expect(await until(ids, ([first]) => first !== 'waits')).toEqual(['in the queue']);
    expect(history.limitedBy).toBeUndefined();
  }, 30_000);
});
