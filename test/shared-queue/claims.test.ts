import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Claims } from '../../src/shared-queue/claims.ts';
import { connectQueue, type QueuePool } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
let pool: QueuePool;
beforeAll(async () => {
  if (!hasPostgres()) return;
  // As a table is that was filled a moment ago: nothing has looked at what is in it.
  postgres = await startPostgres(['fsync = off', 'autovacuum = off']);
  pool = connectQueue(postgres.url, 'test', () => undefined);
  // Statistics are counted by connection.
  pool.options.max = 1;
  await migrateQueue(pool);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  postgres?.remove();
});

const LEGS = 2000;
const WANTED = { sources: ['pbx'], without: [], perTarget: 4, most: 128, leaseMs: 15_000 };

/** Legs of a Dial-In and a Hangup, all due, and all for one target. */
const FILL = `
  INSERT INTO call_events.deliveries (source, id, event, rank, event_id, call_id, extension, leg_key, target, method, url, headers,
    created_at, window_at, next_at)
  SELECT 'pbx', n::text, 'dial-in', 1, 'e', n::text, '101', (n / 2)::text, 'http://crm', 'GET', 'http://crm/', '{}', 0, 0, n
  FROM generate_series(0, $1::int - 1) n`;

/** How many rows have been read so far. */
async function rowsRead(): Promise<number> {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    "SELECT idx_tup_fetch + seq_tup_read AS n FROM pg_stat_user_tables WHERE relname = 'deliveries'",
  );
  return Number(rows[0]?.n ?? 0);
}

describeWithPostgres('claims', () => {
  it('read a few rows of a target that has thousands, in the order of each leg', async () => {
    await pool.query(FILL, [2 * LEGS]);
    const before = await rowsRead();
    const { claims } = await new Claims(pool, 'worker').claim(WANTED);
    const after = await rowsRead();
    expect(claims.map(({ delivery }) => delivery.id)).toEqual(['0', '2', '4', '6']);
    // Some for each claimed one: its leg, and itself.
    expect(after - before).toBeLessThan(100);
  });

  it('read a few rows of a target for which thousands wait until later', async () => {
    await pool.query('TRUNCATE call_events.deliveries CASCADE');
    await pool.query(FILL, [2 * LEGS]);
    await pool.query('UPDATE call_events.deliveries SET next_at = call_events.now_ms() + 60000 WHERE seq % $1 <> 1', [
      2 * LEGS,
    ]);
    const before = await rowsRead();
    const { claims } = await new Claims(pool, 'worker').claim(WANTED);
    const after = await rowsRead();
    expect(claims).toHaveLength(1);
    expect(after - before).toBeLessThan(100);
  });

  it('leave a target out for one source, and not for another', async () => {
    await pool.query('TRUNCATE call_events.deliveries CASCADE');
    await pool.query(FILL, [2]);
    await pool.query("UPDATE call_events.deliveries SET source = 'other', leg_key = 'x' WHERE id = '1'");
    const wanted = { ...WANTED, sources: ['pbx', 'other'], withoutOf: [{ source: 'pbx', target: 'http://crm' }] };
    const { claims } = await new Claims(pool, 'worker').claim(wanted);
    expect(claims.map(({ source }) => source)).toEqual(['other']);
  });

  it('neither renew nor release what its attempt has put off meanwhile', async () => {
    await pool.query('TRUNCATE call_events.deliveries CASCADE');
    await pool.query(FILL, [2]);
    const worker = new Claims(pool, 'worker');
    const { claims } = await worker.claim(WANTED);
    const [first] = claims;
    const ended = { number: 1, at: 0, durationMs: 1, status: 500, outcome: 'retry', reason: 'HTTP 500' } as const;
    await worker.write(
      claims.map(({ source, number, delivery: { id, callId, event, legKey } }) => {
        const attempt = { id, callId, event, legKey, ...ended, answer: '', refusals: 0, nextAt: 4_000_000_000_000 };
        return { source, claim: number, change: { attempts: [attempt] } };
      }),
    );
    expect(await worker.renew(claims, 15_000)).toEqual(new Set());
    await worker.release(claims);
    const { rows } = await pool.query('SELECT next_at FROM call_events.deliveries WHERE id = $1', [first?.delivery.id]);
    expect(Number(rows[0]?.next_at)).toBe(4_000_000_000_000);
  });
});
