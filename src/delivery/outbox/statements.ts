import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Reading the pending deliveries names the index `deliveries_pending`: its rows come in order, without sorting in
 * memory.
 */
const SQL = {
  // Never a second row for one delivery: its id is derived from its call event and rule.
  insert: `INSERT OR IGNORE INTO deliveries
    (id, event, event_id, call_id, extension, leg_key, target, method, url, headers, body, created_at,
      state, settled_at, reason, call_event)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  pending: `SELECT seq, id, event, event_id, call_id, leg_key, target, coalesce(window_at, created_at) AS created_at,
    attempts, window_attempts, refusals, next_at, call_event IS NULL AS is_fixed FROM deliveries INDEXED BY deliveries_pending
    WHERE state = 'pending' ORDER BY seq`,
  newestPending: `SELECT * FROM deliveries WHERE seq IN
    (SELECT seq FROM deliveries INDEXED BY deliveries_pending WHERE state = 'pending' ORDER BY seq DESC LIMIT ?) ORDER BY seq`,
  read: 'SELECT * FROM deliveries WHERE call_id = ? AND id = ?',
  attempt: `INSERT OR REPLACE INTO attempts (delivery, number, at, duration_ms, status, outcome, reason, answer, headers)
    SELECT seq, ?, ?, ?, ?, ?, ?, ?, ? FROM deliveries WHERE call_id = ? AND id = ?`,
  // Deliveries that a command beside the service has settled meanwhile stay settled.
  settle: `UPDATE deliveries SET state = ?, attempts = ?, refusals = ?, next_at = ?, settled_at = ?, reason = ?
    WHERE call_id = ? AND id = ? AND state = 'pending'`,
  remake: `UPDATE deliveries SET target = ?, method = ?, url = ?, headers = ?, body = ? WHERE call_id = ? AND id = ?`,
  deadLetter: `UPDATE deliveries SET state = 'dead', next_at = NULL, settled_at = ?, reason = ?
    WHERE call_id = ? AND id = ? AND state = 'pending'`,
  moved: `DELETE FROM deliveries WHERE call_id = ? AND id = ? AND state = 'pending'`,
  putCall: 'INSERT OR REPLACE INTO calls (call_id, state) VALUES (?, ?)',
  deleteCall: 'DELETE FROM calls WHERE call_id = ?',
  calls: 'SELECT call_id, state FROM calls',
  suspend: 'INSERT OR IGNORE INTO suspended (event_id, since, reason) VALUES (?, ?, ?)',
  suspended: 'SELECT event_id, since, reason FROM suspended',
  facts: 'SELECT name, value FROM facts',
  putFact: 'INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)',
  version: 'PRAGMA data_version',
  pruneOld: `DELETE FROM deliveries WHERE seq IN
    (SELECT seq FROM deliveries WHERE state <> 'pending' AND settled_at < ? ORDER BY settled_at LIMIT ?)`,
  // By their numbers: counting a million rows takes 50 ms. NOT INDEXED leaves the rows in the order of those.
  pruneMany: `DELETE FROM deliveries WHERE seq IN
    (SELECT seq FROM deliveries NOT INDEXED
      WHERE seq <= (SELECT max(seq) FROM deliveries) - ? AND state <> 'pending' ORDER BY seq LIMIT ?)`,
} as const;

export type Statements = Record<keyof typeof SQL, StatementSync>;

export function prepareStatements(database: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, text]) => [name, database.prepare(text)]);
  return Object.fromEntries(entries) as Statements;
}
