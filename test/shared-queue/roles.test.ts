import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { HistoryClient } from '../../src/delivery/outbox/history/history-client.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { PairTables } from '../../src/shared-queue/pair-tables.ts';
import { QueueHistory } from '../../src/shared-queue/queue-history.ts';
import { QueueWriter } from '../../src/shared-queue/queue-writer.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;
const [, GRANTS = ''] =
  /```sql\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../docs/scaling.md'), 'utf8')) ?? [];

let postgres: Postgres;
beforeAll(async () => {
  if (!hasPostgres()) return;
  postgres = await startPostgres(['fsync = off']);
  const pool = connectQueue(postgres.url, 'test', () => undefined);
  await migrateQueue(pool);
  await pool.query(GRANTS);
  await pool.end();
}, 120_000);
afterAll(() => postgres?.remove());

async function as<T>(user: string, action: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(postgres.urlFor(user));
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

const DENIED = { code: '42501' };

describeWithPostgres('the roles of docs/scaling.md', () => {
  it('let a service write and publish, and read no secret', async () => {
    const pool = connectQueue(postgres.urlFor('call_events_service'), 'test', () => undefined);
    await migrateQueue(pool);
    const writer = new QueueWriter(pool);
    await writer.publish(['pbx'], { revision: 'r1', text: 'extensions: {}' }, new Map([['a', 'http://crm:80']]));
    await writer.insert([
      {
        source: 'pbx',
        ageMs: 5,
        delivery: {
          ...{
            id: 'd1',
            event: 'hangup',
            ruleId: 'a',
            callId: 'c',
            extension: '101',
            legKey: 'l',
            target: 'http://crm:80',
          },
          ...{ method: 'GET', url: 'http://crm/', headers: {}, body: undefined, createdAt: 1 },
        },
      },
    ]);
    const tables = new PairTables(pool, 'me');
    await tables.beat([{ source: 'pbx', waitingMs: 0, knowsStartup: true }], ['pbx']);
    const call = { source: 'pbx', service: 'me', callId: 'c', channels: ['1.1'], legs: ['1.1 l'] };
    await writer.insert([], [{ ...call, state: {} }]);
    expect(await tables.ownCalls('pbx')).toEqual(['c']);
    await writer.insert([], [call]);
    expect(await tables.ownCalls('pbx')).toEqual([]);
    await tables.tidy();
    await pool.end();
    await as('call_events_service', async (client) => {
      await expect(client.query('SELECT text FROM call_events.rules')).rejects.toMatchObject(DENIED);
      await expect(client.query('DELETE FROM call_events.deliveries')).rejects.toMatchObject(DENIED);
    });
  });

  it('let its page show and change deliveries, or show them alone', async () => {
    const url = postgres.urlFor('call_events_service');
    const outbox = new HistoryClient('/nowhere');
    const history = new QueueHistory({ url, sources: () => ['pbx'], outbox });
    try {
      expect(await history.show('d1')).toMatchObject({ delivery: { state: 'pending' }, attempts: [] });
      expect(await history.suspended()).toEqual([]);
      expect(await history.discard({ ids: ['d1'] }, 1)).toBe(1);
      expect(await history.retry({ ids: ['d1'] }, 1)).toBe(1);
      expect(await history.resume('a')).toBe(false);
      await as('postgres', async (client) => {
        await client.query('REVOKE UPDATE ON call_events.deliveries FROM call_events_service');
      });
      await expect(history.retry({ ids: ['d1'] }, 1)).rejects.toThrow(
        "this service's user of the shared queue may not do that (permission denied for table deliveries)",
      );
      expect(await history.count({})).toEqual({ count: 1, isAll: true });
    } finally {
      await history.close();
    }
  });

  it('let those who look see deliveries, and neither secrets nor changes', async () => {
    await as('call_events_viewer', async (client) => {
      expect((await client.query('SELECT id FROM call_events.deliveries')).rows).toEqual([{ id: 'd1' }]);
      await expect(client.query('SELECT text FROM call_events.rules')).rejects.toMatchObject(DENIED);
      await expect(client.query("UPDATE call_events.deliveries SET state = 'dead'")).rejects.toMatchObject(DENIED);
    });
  });

  it('say what to do when a user may not make the tables', async () => {
    await as('postgres', async (client) => {
      await client.query('CREATE ROLE nobody_special LOGIN');
      await client.query('CREATE DATABASE empty');
    });
    const pool = connectQueue(postgres.urlFor('nobody_special').replace(/postgres$/, 'empty'), 'test', () => undefined);
    await expect(migrateQueue(pool)).rejects.toThrow('run `call-events deliver` once as the owner of the database');
    await pool.end();
  });
});
