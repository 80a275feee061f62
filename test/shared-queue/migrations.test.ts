import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

/** By which one makes the tables after the other. */
const LOCK = 7_263_541;

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

describeWithPostgres('making the tables', () => {
  it('fails when the database is restarted meanwhile, and can be tried again', async () => {
    const other = new pg.Client(postgres.url);
    other.on('error', () => undefined);
    await other.connect();
    await other.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const pool = connectQueue(postgres.url, 'test', () => undefined);
    const failed = expect(migrateQueue(pool)).rejects.toThrow();
    await until(
      async () => (await other.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).rowCount,
      (count) => count === 1,
    );
    postgres.kill();
    await failed;
    postgres.start();
    await migrateQueue(pool);
    expect((await pool.query('SELECT FROM call_events.deliveries')).rowCount).toBe(0);
    await pool.end();
  });
});
