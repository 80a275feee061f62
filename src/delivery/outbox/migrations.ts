import type { DatabaseSync } from 'node:sqlite';

/**
 * The outbox's tables, one migration after the other; `user_version` says how many have run. A released migration is
 * never changed.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE deliveries (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    event      TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    extension  TEXT NOT NULL,
    leg_key    TEXT NOT NULL,
    target     TEXT NOT NULL,
    method     TEXT NOT NULL,
    url        TEXT NOT NULL,
    headers    TEXT NOT NULL,
    body       TEXT,
    created_at INTEGER NOT NULL,
    state      TEXT NOT NULL DEFAULT 'pending',
    attempts   INTEGER NOT NULL DEFAULT 0,
    refusals   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,
    settled_at INTEGER,
    reason     TEXT
  ) STRICT;
  -- Only what is on its way: a million rows of history cost nothing at start.
  CREATE INDEX deliveries_pending ON deliveries (seq) WHERE state = 'pending';
  CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE state <> 'pending';
  CREATE INDEX deliveries_call ON deliveries (call_id);
  CREATE TABLE attempts (
    delivery    INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status      INTEGER,
    outcome     TEXT NOT NULL,
    reason      TEXT,
    answer      TEXT,
    PRIMARY KEY (delivery, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE calls (call_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE suspended (event_id TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- A delivery that is sent again by hand begins a new window: its time, and how many attempts were before it.
  ALTER TABLE deliveries ADD COLUMN window_at INTEGER;
  ALTER TABLE deliveries ADD COLUMN window_attempts INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Ids are in random order: in an index on them alone each row has a page of its own, which forgetting it has to
  -- write. Calls come in the order of time, so behind their call ids the rows of one time are neighbours.
  CREATE TABLE deliveries_by_call (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL,
    event      TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    extension  TEXT NOT NULL,
    leg_key    TEXT NOT NULL,
    target     TEXT NOT NULL,
    method     TEXT NOT NULL,
    url        TEXT NOT NULL,
    headers    TEXT NOT NULL,
    body       TEXT,
    created_at INTEGER NOT NULL,
    state      TEXT NOT NULL DEFAULT 'pending',
    attempts   INTEGER NOT NULL DEFAULT 0,
    refusals   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,
    settled_at INTEGER,
    reason     TEXT,
    window_at  INTEGER,
    window_attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO deliveries_by_call SELECT * FROM deliveries;
  DROP TABLE deliveries;
  ALTER TABLE deliveries_by_call RENAME TO deliveries;
  CREATE INDEX deliveries_pending ON deliveries (seq) WHERE state = 'pending';
  CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE state <> 'pending';
  CREATE UNIQUE INDEX deliveries_call ON deliveries (call_id, id);
  `,
  `
  -- The call event as JSON, from which the request is made again; NULL in rows of before. The columns of the request
  -- have what was made last.
  ALTER TABLE deliveries ADD COLUMN call_event TEXT;
  `,
  `
  -- What the page lists, newest first: each of its filters leads to the rows by an index. They grow at their ends, or at
  -- those of each extension and rule.
  CREATE INDEX deliveries_created ON deliveries (created_at);
  CREATE INDEX deliveries_state ON deliveries (state, created_at);
  CREATE INDEX deliveries_event ON deliveries (event, created_at);
  CREATE INDEX deliveries_target ON deliveries (target, created_at);
  CREATE INDEX deliveries_extension ON deliveries (extension, created_at);
  CREATE INDEX deliveries_rule ON deliveries (event_id, created_at);
  CREATE INDEX deliveries_reason ON deliveries (created_at) WHERE reason IS NOT NULL;
  -- JSON of an answer's headers.
  ALTER TABLE attempts ADD COLUMN headers TEXT;
  `,
  `
  -- An id alone is sought hour by hour: within an hour ids are in random order, but the rows of one time are neighbours.
  CREATE INDEX deliveries_id ON deliveries (created_at / 3600000, id);
  `,
];

/** Of the tables as this version of the program makes them. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The file was written by a newer version of the program. */
export class NewerOutboxError extends Error {
  override readonly name = 'NewerOutboxError';
  readonly code = 'NEWER_OUTBOX';
}

/**
 * Brings the tables up to date; a million rows take some seconds and as much room again.
 * @param onOlder called before tables of an older version are changed
 */
export function migrate(database: DatabaseSync, onOlder: (version: number) => void = () => undefined): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.user_version ?? 0);
  if (version > MIGRATIONS.length)
    throw new NewerOutboxError(
      `the outbox was written by a newer version (schema ${version}, this one knows ${MIGRATIONS.length}); install that version again, or name another file in \`outbox\``,
    );
  if (0 < version && version < MIGRATIONS.length) onOlder(version);
  // A table that is replaced must not take with it what refers to it.
  database.exec('PRAGMA foreign_keys = OFF');
  for (let next = version; next < MIGRATIONS.length; next++)
    database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[next]}; PRAGMA user_version = ${next + 1}; COMMIT`);
  database.exec('PRAGMA foreign_keys = ON');
}
