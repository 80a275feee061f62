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

/** Writes rows as the service would have, in their order. */
export function insertRows(database: DatabaseSync, rows: Iterable<OutboxRow>): void {
  const insert = database.prepare(`INSERT INTO deliveries
    (id, event, event_id, call_id, extension, leg_key, target, method, url, headers, created_at, state, attempts, settled_at, reason)
    VALUES (?, ?, ?, ?, ?, 'leg', ?, 'GET', 'http://crm.test/?token=geheim', '{}', ?, ?, ?, ?, ?)`);
  database.exec('BEGIN');
  let number = 0;
  for (const row of rows) {
    const { event = 'hangup', ruleId = 'rule1', extension = '101', target = 'http://crm.test:80' } = row;
    const { state = 'delivered', attempts = 1, createdAt = 1_700_000_000_000 + number * 1000, reason } = row;
    const id = row.id ?? `msg_${number}`;
    const settledAt = state === 'pending' ? null : createdAt + 5;
    insert.run(
      ...[id, event, ruleId, row.callId ?? `${number}.1`, extension, target, createdAt, state, attempts],
      ...[settledAt, reason ?? null],
    );
    number++;
  }
  database.exec('COMMIT');
}
