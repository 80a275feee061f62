import pg from 'pg';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { columnsOf, type OutboxRow } from '../helpers/outbox-rows.ts';
import type { Postgres } from './postgres.ts';

/** An empty database with the tables of the queue, beside the others of a test. @returns its address */
export async function emptyQueue(postgres: Postgres, name: string): Promise<string> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = postgres.url.replace(/postgres$/, name);
  const pool = connectQueue(url, 'test', () => undefined);
  await migrateQueue(pool);
  await pool.end();
  return url;
}

/** Writes rows as services and workers would have, in their order; those that were delivered with an attempt. */
export async function insertQueueRows(client: pg.Client, source: string, rows: Iterable<OutboxRow>): Promise<void> {
  const all = [...columnsOf(rows)];
  await client.query(
    `INSERT INTO call_events.deliveries (source, id, event, rank, event_id, call_id, extension, leg_key, target, method,
      url, headers, created_at, window_at, state, attempts, settled_at, reason, next_at)
    SELECT $1, r.id, r.event, 3, r."ruleId", r."callId", r.extension, r.id, r.target, 'GET',
      'http://crm.test/?token=geheim', '{}', r."createdAt", r."createdAt", r.state, r.attempts, r."settledAt", r.reason,
      CASE r.state WHEN 'pending' THEN r."createdAt" END
    FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (id text, event text, "ruleId" text, "callId" text, extension text,
      target text, "createdAt" bigint, state text, attempts int, "settledAt" bigint, reason text)) WITH ORDINALITY AS r
    ORDER BY r.ordinality`,
    [source, JSON.stringify(all)],
  );
  await client.query(
    `INSERT INTO call_events.attempts (source, delivery, number, at, duration_ms, status, outcome)
    SELECT source, id, 1, created_at, 5, 204, 'delivered' FROM call_events.deliveries
    WHERE source = $1 AND state = 'delivered' ON CONFLICT DO NOTHING`,
    [source],
  );
}
