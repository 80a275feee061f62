import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { SqliteAdmin } from '../../../src/delivery/outbox/sqlite-admin.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

/** The tables of each version of the schema, as the programs of those days had made them. */
const SCHEMA_1 = `
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
  PRAGMA user_version = 1;
`;
const WINDOWS = `
  ALTER TABLE deliveries ADD COLUMN window_at INTEGER;
  ALTER TABLE deliveries ADD COLUMN window_attempts INTEGER NOT NULL DEFAULT 0;
`;
const SCHEMAS: Record<number, string> = {
  1: SCHEMA_1,
  2: `${SCHEMA_1} ${WINDOWS} PRAGMA user_version = 2;`,
  3: `${SCHEMA_1.replace('id         TEXT NOT NULL UNIQUE', 'id         TEXT NOT NULL').replace('INDEX deliveries_call ON deliveries (call_id)', 'UNIQUE INDEX deliveries_call ON deliveries (call_id, id)')}
    ${WINDOWS} PRAGMA user_version = 3;`,
};

const COLUMNS = 'event, event_id, call_id, extension, leg_key, target, method, url, headers, body, created_at';

/** Three deliveries: one that waits, one delivered at the second attempt, one dead. */
const ROWS = `
  INSERT INTO deliveries (seq, id, ${COLUMNS}, state, attempts, refusals, next_at, settled_at, reason)
    SELECT value ->> 0, value ->> 1, 'hangup', 'E', value ->> 2, '101', value ->> 2 || ' 101', 'http://a:80', 'POST',
      'http://a/', '{"x-a":"b"}', 'CallID=1', value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8, value ->> 9
    FROM json_each('[
      [3, "msg_z", "1.1", 100, "delivered", 2, 0, null, 400, null],
      [5, "msg_a", "1.2", 200, "pending",   4, 1, 900, null, null],
      [6, "msg_m", "1.2", 300, "dead",      1, 2, null, 450, "HTTP 404"]]');
  INSERT INTO attempts VALUES (3, 1, 110, 5, 500, 'retry', 'HTTP 500', 'oh'), (3, 2, 120, 6, 204, 'delivered', NULL, ''),
    (5, 4, 210, 7, NULL, 'retry', 'ECONNREFUSED', NULL), (6, 1, 310, 8, 404, 'dead', 'HTTP 404', 'no');
  INSERT INTO calls VALUES ('1.2', '{"legs":1}');
  INSERT INTO suspended VALUES ('F', 7, 'HTTP 410');
  INSERT INTO facts VALUES ('heardUntil', '9');
`;
/** What waits was set to be sent again. */
const SENT_AGAIN = `UPDATE deliveries SET window_at = 500, window_attempts = 3 WHERE id = 'msg_a'`;

const { path } = temporaryDirectory();

it.each([1, 2, 3])('an outbox of schema %i is brought up to date with all that is in it, once', async (version) => {
  const file = `${path}/schema-${version}.db`;
  const old = new DatabaseSync(file);
  old.exec(SCHEMAS[version] + ROWS);
  if (version > 1) old.exec(SENT_AGAIN);
  const before = await new SqliteAdmin(old).find({}, 9);
  const pages = Number(old.prepare('PRAGMA page_count').get()?.page_count);
  old.close();
  expect(before.map(({ id, state }) => `${id} ${state}`)).toEqual(['msg_z delivered', 'msg_a pending', 'msg_m dead']);

  const said: unknown[] = [];
  const open = () =>
    openOutbox(
      file,
      (keptAs) => said.push(keptAs),
      (bytes) => said.push(bytes),
    );
  open().close();
  const database = open();
  expect(said).toEqual([pages * 4096]);
  const admin = new SqliteAdmin(database);
  expect(await admin.find({}, 9)).toEqual(before);
  expect(await admin.find({ ids: ['msg_m', 'msg_none'] }, 9)).toEqual(before.slice(2));
  const attempts = before.map(async (one) =>
    (await admin.attempts(one)).map(({ number, status, answer }) => [number, status, answer]),
  );
  expect(await Promise.all(attempts)).toEqual([
    [
      [1, 500, 'oh'],
      [2, 204, ''],
    ],
    [[4, undefined, undefined]],
    [[1, 404, 'no']],
  ]);

  const outbox = new Outbox(database, {
    trouble: ({ error }) => {
      throw error;
    },
    recovered: () => undefined,
  });
  expect(outbox.pending()).toEqual([
    {
      id: 'msg_a',
      callId: '1.2',
      event: 'hangup',
      ruleId: 'E',
      legKey: '1.2 101',
      target: 'http://a:80',
      windowStartedAt: version > 1 ? 500 : 200,
      attempts: 4,
      attemptsBeforeWindow: version > 1 ? 3 : 0,
      refusals: 1,
      nextAt: 900,
      // Its call event was not kept: it is sent as it was made.
      isFixed: true,
    },
  ]);
  const { calls, suspended, facts } = await outbox.restore();
  expect([calls, [...suspended], facts]).toEqual([[{ legs: 1 }], ['F'], { heardUntil: '9' }]);
  // What was known before is known, and numbers go on.
  const known = await outbox.read({ callId: '1.2', id: 'msg_a' });
  if (known === undefined) throw new Error('it cannot be read');
  outbox.write({ deliveries: [known, { ...known, id: 'msg_z', callId: '1.1' }, { ...known, id: 'msg_new' }] });
  outbox.flush();
  expect(outbox.pending().map(({ id }) => id)).toEqual(['msg_a', 'msg_new']);
  // What is forgotten takes its attempts with it.
  expect(outbox.prune(1000, 100, 10)).toBe(2);
  expect(database.prepare('SELECT delivery FROM attempts').all()).toEqual([{ delivery: 5 }]);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  outbox.close();
});
