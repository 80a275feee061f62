import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { ClaimSender } from '../../src/shared-queue/claim-sender.ts';
import { Claims } from '../../src/shared-queue/claims.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { openQueue } from '../../src/shared-queue/queue-admin.ts';
import { QueueWriter } from '../../src/shared-queue/queue-writer.ts';
import { RulesFeed } from '../../src/shared-queue/rules-feed.ts';
import { sourceRulesOf } from '../../src/shared-queue/source-rules.ts';
import { sendsAsPromised } from '../delivery/sending-promises.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { emptyQueue } from './queue-place.ts';

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

const SOURCE = 'pbx';
/** Of a worker with nothing in its way. */
const PATIENCE_MS = 4000;
let places = 0;

/** The database's clock is the one that counts, and a test sets it. */
const CLOCK = `
  CREATE TABLE call_events.clock_ahead (ms bigint NOT NULL);
  INSERT INTO call_events.clock_ahead VALUES (0);
  CREATE OR REPLACE FUNCTION call_events.now_ms() RETURNS bigint LANGUAGE sql VOLATILE
    AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint + ms FROM call_events.clock_ahead $$`;

/** What is due, and what a worker has. */
const BUSY = `
  SELECT count(*) AS n FROM call_events.deliveries d WHERE state = 'pending' AND (worker IS NOT NULL OR
    (next_at <= call_events.now_ms() AND NOT EXISTS (SELECT FROM call_events.deliveries e WHERE e.state = 'pending'
      AND e.source = d.source AND e.leg_key = d.leg_key AND e.target = d.target AND e.seq < d.seq)))`;

async function place(text: string) {
  const url = await emptyQueue(postgres, `sending_${places++}`);
  const pool = connectQueue(url, 'test', () => undefined);
  await pool.query(CLOCK);
  const [writer, claims, admin] = [new QueueWriter(pool), new Claims(pool, 'worker'), await openQueue(url)];
  const feed = new RulesFeed({ claims, env: {}, onSecrets: () => undefined, onChange: () => undefined });
  const number = async (sql: string) => Number(Object.values((await pool.query(sql)).rows[0] ?? {})[0] ?? Number.NaN);
  const now = () => number('SELECT call_events.now_ms()');
  const sender = new ClaimSender({
    claims,
    rules: () => feed.usable,
    onAttempt: () => undefined,
    onTrouble: () => undefined,
  });
  const configure = async (next: string) => {
    const { current, config } = sourceRulesOf(parseConfig(next, 'config.yaml', { require: 'extensions' }));
    const ids = config.extensions.flatMap(({ rules = [] }) => rules.map(({ id }) => id));
    const targets = new Map(ids.flatMap((id) => [[id, current.targetOf(id) ?? ''] as const]));
    await writer.publish([SOURCE], { revision: `r${next.length}${next}`.slice(0, 300), text: next }, targets);
    await feed.refresh();
  };
  const idle = async () => {
    sender.hint();
    const patience = performance.now() + PATIENCE_MS;
    while ((await number(BUSY)) > 0) {
      if (performance.now() > patience) {
        const { rows } = await pool.query('SELECT id, event, next_at, worker, claim FROM call_events.deliveries');
        throw new Error(`the worker does not get done: ${JSON.stringify(rows)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await configure(text);
  sender.start();
  return {
    admin,
    now,
    configure,
    async store(deliveries: Parameters<typeof writer.insert>[0][number]['delivery'][]) {
      const at = await now();
      await writer.insert(deliveries.map((delivery) => ({ source: SOURCE, delivery, ageMs: at - delivery.createdAt })));
    },
    async pass(ms: number) {
      const end = (await now()) + ms;
      for (;;) {
        await idle();
        const next = await number("SELECT min(next_at) FROM call_events.deliveries WHERE state = 'pending'");
        if (Number.isNaN(next) || next > end) break;
        await pool.query('UPDATE call_events.clock_ahead SET ms = ms + greatest(0, $1 - call_events.now_ms())', [next]);
      }
      await pool.query('UPDATE call_events.clock_ahead SET ms = ms + greatest(0, $1 - call_events.now_ms())', [end]);
      await idle();
    },
    prune: (keepMs: number) => claims.prune(keepMs, 1000),
    async remove() {
      await sender.stop(1000);
      await admin.close();
      await pool.end();
      for (const { sender: one } of feed.usable.values()) one.close();
    },
  };
}

if (hasPostgres())
  sendsAsPromised('the shared queue', async (text) => {
    const there = await place(text);
    return { ...there, store: async (deliveries) => there.store([...deliveries]) };
  });
else
  describe('the shared queue', () => {
    it.skip('is tested where PostgreSQL is installed', () => undefined);
  });
