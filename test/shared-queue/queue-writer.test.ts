import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectQueue, type QueuePool } from '../../src/shared-queue/connect.ts';
import { type QueuedRow, QueueWriter } from '../../src/shared-queue/queue-writer.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { emptyQueue } from './queue-place.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
let pool: QueuePool;
beforeAll(async () => {
  if (!hasPostgres()) return;
  postgres = await startPostgres(['fsync = off']);
  pool = connectQueue(await emptyQueue(postgres, 'turns'), 'test', () => undefined);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  postgres?.remove();
});

const row = (id: string, event: 'dial-in' | 'hangup', source: string): QueuedRow => ({
  source,
  ageMs: 0,
  delivery: {
    ...{ id, event, ruleId: 'r', callId: 'c', extension: '101', legKey: 'leg', target: 'http://crm:80' },
    ...{ method: 'GET', url: 'http://crm/', headers: {}, body: undefined, createdAt: 1 },
  },
});
const inQueue = async (source: string) => {
  const { rows } = await pool.query(
    'SELECT id, state, reason FROM call_events.deliveries WHERE source = $1 ORDER BY seq',
    [source],
  );
  return rows;
};
const waiting = async () => {
  const { rows } = await pool.query("SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
  return Number(rows[0].n);
};

describeWithPostgres('two services that write what comes from one source', () => {
  it('write one after the other: what comes too late is known to be late', async () => {
    const [one, other] = [new QueueWriter(pool), new QueueWriter(pool)];
    const { promise: mayGo, resolve: go } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
    const about = { source: 'pbx', service: 'one', undecided: [] };
    const first = one.insertDecided(about, async () => {
      begin();
      await mayGo;
      return { rows: [row('end', 'hangup', 'pbx')], decided: undefined };
    });
    await hasBegun;
    const second = other.insert([row('dial', 'dial-in', 'pbx')]);
    await until(waiting, (n) => n === 1);
    // Another source does not wait.
    await other.insert([row('dial', 'dial-in', 'other pbx')]);
    go();
    await Promise.all([first, second]);
    expect(await inQueue('pbx')).toEqual([
      { id: 'end', state: 'pending', reason: null },
      { id: 'dial', state: 'dead', reason: 'came after a later event of its leg' },
    ]);
  });

  it('do not wait for one whose host has died in the middle of it', async () => {
    const [dead, other] = [new QueueWriter(pool), new QueueWriter(pool)];
    const { promise: never, resolve: end } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
    const died = dead.insertDecided({ source: 'pbx', service: 'dead', undecided: [] }, async () => {
      begin();
      await never;
      return { rows: [], decided: undefined };
    });
    const failed = expect(died).rejects.toThrow();
    await hasBegun;
    await other.insert([row('late', 'hangup', 'pbx')]);
    expect((await inQueue('pbx')).some(({ id }) => id === 'late')).toBe(true);
    end();
    await failed;
  }, 20_000);
});
