import type { DatabaseSync } from 'node:sqlite';

/** A row of deliveries; what is left out is that of a Hangup of 101 that was delivered. */
export interface OutboxRow {
  id?: string;
  event?: string;
  ruleId?: string;
  callId?: string;
  extension?: string;
  target?: string;
  state?: 'pending' | 'delivered' | 'dead';
  attempts?: number;
  createdAt?: number;
  reason?: string;
}

/** Each column of rows, in the order in which they're written. */
export function* columnsOf(rows: Iterable<OutboxRow>) {
  let number = 0;
  for (const row of rows) {
    const { event = 'hangup', ruleId = 'rule1', extension = '101', target = 'http://crm.test:80' } = row;
    const { state = 'delivered', attempts = 1, createdAt = 1_700_000_000_000 + number * 1000, reason } = row;
    const id = row.id ?? `msg_${number}`;
    const settledAt = state === 'pending' ? null : createdAt + 5;
    const callId = row.callId ?? `${number}.1`;
    yield {
      id,
      event,
      ruleId,
      callId,
      extension,
      target,
      createdAt,
      state,
      attempts,
      settledAt,
      reason: reason ?? null,
    };
    number++;
  }
}

/** Writes rows as the service would have, in their order; those that were delivered with an attempt. */
export function insertRows(database: DatabaseSync, rows: Iterable<OutboxRow>): void {
  const insert = database.prepare(`INSERT INTO deliveries
    (id, event, event_id, call_id, extension, leg_key, target, method, url, headers, created_at, state, attempts, settled_at, reason)
    VALUES (?, ?, ?, ?, ?, 'leg', ?, 'GET', 'http://crm.test/?token=geheim', '{}', ?, ?, ?, ?, ?)`);
  const attempt = database.prepare(
    "INSERT INTO attempts (delivery, number, at, duration_ms, status, outcome) VALUES (?, 1, ?, 5, 204, 'delivered')",
  );
  database.exec('BEGIN');
  for (const row of columnsOf(rows)) {
    const { id, event, ruleId, callId, extension, target, createdAt, state, attempts, settledAt, reason } = row;
    const { lastInsertRowid } = insert.run(
      ...[id, event, ruleId, callId, extension, target, createdAt, state, attempts, settledAt, reason],
    );
    if (state === 'delivered') attempt.run(lastInsertRowid, createdAt);
  }
  database.exec('COMMIT');
}
