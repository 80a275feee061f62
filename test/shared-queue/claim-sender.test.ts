import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { ClaimSender } from '../../src/shared-queue/claim-sender.ts';
import { Claims, type Result } from '../../src/shared-queue/claims.ts';
import { connectQueue, type QueuePool } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { sourceRulesOf } from '../../src/shared-queue/source-rules.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
let pool: QueuePool;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of undo.splice(0).reverse()) await end();
});
beforeAll(async () => {
  if (!hasPostgres()) return;
  postgres = await startPostgres(['fsync = off']);
  pool = connectQueue(postgres.url, 'test', () => undefined);
  await migrateQueue(pool);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  postgres?.remove();
});

const SOURCES = Array.from({ length: 20 }, (_, index) => `pbx${index}`);

/** A delivery of each. */
const FILL = `
  INSERT INTO call_events.deliveries (source, id, event, rank, event_id, call_id, extension, leg_key, target, method, url, headers,
    created_at, window_at, next_at)
  SELECT s, s, 'hangup', 3, 'e', s, '101', s, $2, 'GET', $2 || '/', '{}', call_events.now_ms(), call_events.now_ms(), 0
  FROM unnest($1::text[]) s`;

/** What becomes of statements is seen from outside. */
class WatchedClaims extends Claims {
  may = Promise.resolve();
  writes = 0;
  failures = 0;
  renewals = 0;

  override async renew(...args: Parameters<Claims['renew']>): Promise<Set<string>> {
    this.renewals++;
    return super.renew(...args);
  }

  override async write(results: readonly Result[]): Promise<void> {
    this.writes++;
    await this.may;
    await super.write(results).catch((error: unknown) => {
      this.failures++;
      throw error;
    });
  }
}

/** A worker with a delivery of each of these sources. */
async function startSender(target: string, sources: readonly string[], claims = new WatchedClaims(pool, 'worker')) {
  await pool.query('TRUNCATE call_events.deliveries CASCADE');
  await pool.query(FILL, [sources, target]);
  const rules = sourceRulesOf(
    parseConfig(`extensions: { "101": { events: [{ on: hangup, id: e, url: "${target}/" }] } }`, 'rules', {
      require: 'extensions',
    }),
  );
  undo.push(() => rules.sender.close());
  const attempts: unknown[] = [];
  const known = new Map(sources.map((source) => [source, rules]));
  const sender = new ClaimSender({
    claims,
    rules: () => known,
    onAttempt: (_, report) => attempts.push(report),
    onTrouble: () => undefined,
  });
  undo.push(() => sender.stop(1000));
  sender.start();
  return { sender, claims, attempts, known };
}

/** A receiver that answers when the test lets it. */
async function startPatientReceiver() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, response) => waiting.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () =>
      until(
        async () => waiting.length,
        (count) => count > 0,
      ),
    answer: () => waiting.shift()?.end(),
  };
}

const renewed = async (claims: WatchedClaims) => {
  const before = claims.renewals;
  await until(
    async () => claims.renewals,
    (count) => count > before,
  );
};
const undelivered = async () =>
  (await pool.query("SELECT FROM call_events.deliveries WHERE state <> 'delivered'")).rowCount;

describeWithPostgres('a worker', () => {
  it('writes what came of many sources together: each takes a commit, and their leases end', async () => {
    const receiver = await startReceiver();
    undo.push(() => receiver.stop());
    const claims = new WatchedClaims(pool, 'worker');
    const { promise, resolve } = Promise.withResolvers<void>();
    claims.may = promise;
    const { attempts } = await startSender(new URL(receiver.url).origin, SOURCES, claims);
    await until(
      async () => attempts.length,
      (count) => count === SOURCES.length,
    );
    resolve();
    await until(undelivered, (count) => count === 0);
    // Those that were answered at first, and all the others.
    expect(claims.writes).toBeLessThanOrEqual(2);
  });

  it('keeps what it is sending, when no rules can be used here any more', async () => {
    const receiver = await startPatientReceiver();
    const { claims, known } = await startSender(receiver.url, ['pbx']);
    await receiver.asked();
    known.clear();
    await renewed(claims);
    receiver.answer();
    await until(undelivered, (count) => count === 0);
  });

  it.each(['while it stops', 'before it stops'])(
    'records what was answered %s, though the database is away for a while',
    async (when) => {
      const receiver = await startPatientReceiver();
      const { sender, claims } = await startSender(receiver.url, ['pbx']);
      await receiver.asked();
      postgres.kill();
      const stopped = when === 'while it stops' ? sender.stop(20_000) : undefined;
      receiver.answer();
      await until(
        async () => claims.failures,
        (count) => count > 0,
      );
      const ended = stopped ?? sender.stop(20_000);
      postgres.start();
      expect(await ended).toBe(true);
      expect(await undelivered()).toBe(0);
    },
  );
});
