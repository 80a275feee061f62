import type { ClientBase } from 'pg';
import type { QueuePool } from './connect.ts';
import { isDenied, isMissing } from './sqlstate.ts';
import { withClient } from './with-client.ts';

/**
 * The queue's tables, one migration after the other; `call_events.version` says how many have run. A released migration
 * is never changed. Times are milliseconds since 1970 by the database's clock: those of hosts differ.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE FUNCTION call_events.now_ms() RETURNS bigint LANGUAGE sql VOLATILE
    AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;
  CREATE TABLE call_events.deliveries (
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    source     text NOT NULL,
    id         text NOT NULL,
    event      text NOT NULL,
    rank       smallint NOT NULL,
    event_id   text NOT NULL,
    call_id    text NOT NULL,
    extension  text NOT NULL,
    leg_key    text NOT NULL,
    target     text NOT NULL,
    method     text NOT NULL,
    url        text NOT NULL,
    headers    text NOT NULL,
    body       text,
    call_event text,
    created_at bigint NOT NULL,
    window_at  bigint NOT NULL,
    window_attempts int NOT NULL DEFAULT 0,
    state      text NOT NULL DEFAULT 'pending',
    attempts   int NOT NULL DEFAULT 0,
    refusals   int NOT NULL DEFAULT 0,
    -- When it may be claimed: while a worker has it, when that one's lease ends.
    next_at    bigint,
    settled_at bigint,
    reason     text,
    -- Who has it, and how often it was claimed: one whose lease has ended changes nothing any more.
    worker     text,
    claim      int NOT NULL DEFAULT 0,
    PRIMARY KEY (source, id)
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX deliveries_seq ON call_events.deliveries (seq);
  CREATE INDEX deliveries_due ON call_events.deliveries (target, next_at, seq) WHERE state = 'pending';
  -- What comes before it in its leg, and whether something later is there.
  CREATE INDEX deliveries_leg ON call_events.deliveries (source, leg_key, target, seq);
  CREATE INDEX deliveries_settled ON call_events.deliveries (settled_at) WHERE state <> 'pending';
  CREATE TABLE call_events.attempts (
    source      text NOT NULL,
    delivery    text NOT NULL,
    number      int NOT NULL,
    at          bigint NOT NULL,
    duration_ms int NOT NULL,
    status      int,
    outcome     text NOT NULL,
    reason      text,
    answer      text,
    headers     text,
    PRIMARY KEY (source, delivery, number),
    FOREIGN KEY (source, delivery) REFERENCES call_events.deliveries (source, id) ON DELETE CASCADE
  );
  CREATE TABLE call_events.suspended (
    source text NOT NULL, event_id text NOT NULL, since bigint NOT NULL, reason text NOT NULL,
    PRIMARY KEY (source, event_id)
  );
  -- What the services' configurations say of rules. Plain secrets may stand in it: only workers read it.
  CREATE TABLE call_events.rules (revision text PRIMARY KEY, text text NOT NULL);
  CREATE TABLE call_events.sources (
    source text PRIMARY KEY, revision text NOT NULL REFERENCES call_events.rules, published_at bigint NOT NULL
  );
  CREATE TABLE call_events.workers (worker text PRIMARY KEY, beat_at bigint NOT NULL);
  `,
  `
  -- What a page lists, newest first, of the Asterisk servers of one service. They grow at the ends of each server, extension
  -- and rule; a list of everything is merged from its three states.
  CREATE INDEX deliveries_state ON call_events.deliveries (source, state, created_at, seq);
  CREATE INDEX deliveries_extension ON call_events.deliveries (source, extension, created_at, seq);
  CREATE INDEX deliveries_rule ON call_events.deliveries (source, event_id, created_at, seq);
  CREATE INDEX deliveries_call ON call_events.deliveries (call_id);
  `,
  `
  -- What has been tried in the last seconds, for those who look at a page. Attempts are written in the order of time, so this is
  -- a few pages large, and costs their writing nothing.
  CREATE INDEX attempts_ended ON call_events.attempts USING brin ((at + duration_ms))
    WITH (pages_per_range = 16, autosummarize = on);
  `,
  `
  -- Services that hear an Asterisk: two of them on one are a pair.
  CREATE TABLE call_events.services (
    source text NOT NULL, service text NOT NULL, beat_at bigint NOT NULL, moved_until bigint NOT NULL,
    knows_startup bool NOT NULL,
    PRIMARY KEY (source, service)
  ) WITH (fillfactor = 50);
  -- What each of them knows of the calls that go on there, and for ten minutes of those that have ended. Of a call's channels and
  -- legs all that there ever were, a leg as the Uniqueid of one of its channels, a space, and its leg key.
  CREATE TABLE call_events.open_calls (
    source text NOT NULL, service text NOT NULL, call_id text NOT NULL, state text NOT NULL, channels text[] NOT NULL,
    legs text[] NOT NULL, ended_at bigint,
    PRIMARY KEY (source, service, call_id)
  ) WITH (fillfactor = 50);
  `,
];

/** The version of the tables that this program needs. */
export const QUEUE_VERSION = MIGRATIONS.length;
/** Any number of ours: two that begin at once must not both make the tables. */
const MIGRATION_LOCK = 7_263_541;

/** The queue's database has no tables of ours, and this user may make none; or a newer version has made them. */
export class QueueSchemaError extends Error {
  override readonly name = 'QueueSchemaError';
  readonly code = 'QUEUE_SCHEMA';
  /** Whether the tables are of a newer version: then only an administrator can change that. */
  readonly isNewer: boolean;

  constructor(message: string, isNewer: boolean) {
    super(message);
    this.isNewer = isNewer;
  }
}

/**
 * Brings the tables up to date. A user without the right to do so only sees whether they are. @throws QueueSchemaError
 */
export async function migrateQueue(pool: QueuePool): Promise<void> {
  const version = await versionOf(pool);
  if (version === QUEUE_VERSION) return;
  refuseNewer(version);
  try {
    await withClient(pool, migrate);
  } catch (error) {
    if (isDenied(error))
      throw new QueueSchemaError(
        "the queue's database has not the tables of this version, and this user may not make them: run `call-events deliver` once as the owner of the database",
        false,
      );
    throw error;
  }
}

async function migrate(client: ClientBase): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await client.query('CREATE SCHEMA IF NOT EXISTS call_events');
  await client.query('CREATE TABLE IF NOT EXISTS call_events.version (version int NOT NULL)');
  const { rows } = await client.query<{ version: number }>('SELECT version FROM call_events.version');
  const version = rows[0]?.version ?? 0;
  refuseNewer(version);
  for (const step of MIGRATIONS.slice(version)) await client.query(step);
  await client.query('DELETE FROM call_events.version');
  await client.query('INSERT INTO call_events.version VALUES ($1)', [QUEUE_VERSION]);
  await client.query('COMMIT');
}

function refuseNewer(version = 0): void {
  if (version > QUEUE_VERSION)
    throw new QueueSchemaError(
      `the queue's tables are of a newer version (${version}, this one knows ${QUEUE_VERSION}); install that version here`,
      true,
    );
}

async function versionOf(pool: QueuePool): Promise<number | undefined> {
  try {
    const { rows } = await pool.query<{ version: number }>('SELECT version FROM call_events.version');
    return rows[0]?.version;
  } catch (error) {
    if (isMissing(error) || isDenied(error)) return undefined;
    throw error;
  }
}
