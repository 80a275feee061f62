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

/** Writes nothing before it may. */
class WaitingClaims extends Claims {
  readonly may = Promise.withResolvers<void>();
  writes = 0;

  override async write(results: readonly Result[]): Promise<void> {
    this.writes++;
    await this.may.promise;
    await super.write(results);
  }
}

describeWithPostgres('a worker', () => {
  it('writes what came of many sources together: each takes a commit, and their leases end', async () => {
    const receiver = await startReceiver();
    undo.push(() => receiver.stop());
    const target = new URL(receiver.url).origin;
    await pool.query(FILL, [SOURCES, target]);
    const rules = sourceRulesOf(
      parseConfig(`extensions: { "101": { events: [{ on: hangup, id: e, url: "${target}/" }] } }`, 'rules', {
        require: 'extensions',
      }),
    );
    undo.push(() => rules.sender.close());
    const claims = new WaitingClaims(pool, 'worker');
    let attempts = 0;
    const sender = new ClaimSender({
      claims,
      rules: () => new Map(SOURCES.map((source) => [source, rules])),
      onAttempt: () => attempts++,
      onTrouble: () => undefined,
    });
    undo.push(() => sender.stop(1000));
    sender.start();
    await until(
      async () => attempts,
      (count) => count === SOURCES.length,
    );
    claims.may.resolve();
    await until(
      async () => (await pool.query("SELECT FROM call_events.deliveries WHERE state <> 'delivered'")).rowCount,
      (count) => count === 0,
    );
    // Those that were answered at first, and all the others.
    expect(claims.writes).toBeLessThanOrEqual(2);
  });
});
