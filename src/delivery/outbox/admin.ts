import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { DeliveryKey } from '../delivery.ts';
import { NewerOutboxError, SCHEMA_VERSION } from './migrations.ts';
import { OutboxError } from './open.ts';

/*
 * The outbox as the commands beside the service see it. They have their own connection; the service notices that the
 * file was changed and reads again what is pending.
 */

/** How long a command waits for the service to end a transaction. */
const BUSY_MS = 5000;

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Which deliveries are meant; what is absent does not matter. */
export interface DeliveryFilter {
  ids?: readonly string[];
  extension?: string;
  event?: string;
  state?: DeliveryState;
  /** Milliseconds since 1970: call events of then or later. */
  since?: number;
  callId?: string;
}

/** One delivery as it stands. Times are milliseconds since 1970. */
export interface DeliveryView {
  id: string;
  event: string;
  extension: string;
  ruleId: string;
  callId: string;
  state: DeliveryState;
  attempts: number;
  createdAt: number;
  nextAttemptAt: number | undefined;
  settledAt: number | undefined;
  reason: string | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface AttemptView {
  number: number;
  at: number;
  durationMs: number;
  status: number | undefined;
  outcome: string;
  reason: string | undefined;
  answer: string | undefined;
}

/**
 * Opens an outbox that is there; makes none and changes no tables.
 * @throws OutboxError, NewerOutboxError
 */
export function openExisting(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new OutboxError(
      'OUTBOX_MISSING',
      `there is no outbox at ${path}; --outbox names another one, such as /var/lib/call-events/outbox.db`,
    );
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS });
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (version > SCHEMA_VERSION)
      throw new NewerOutboxError(`${path} was written by a newer version (schema ${version}); use that one's command`);
    if (version < SCHEMA_VERSION)
      throw new OutboxError(
        'OUTBOX_OLDER',
        `${path} is no outbox, or that of an older version, which the service brings up to date when it starts`,
      );
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof OutboxError || error instanceof NewerOutboxError) throw error;
    throw new OutboxError(
      'OUTBOX_CANNOT_OPEN',
      `${path} cannot be opened: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

/** @returns the newest `limit` that match, the oldest of them first */
export function findDeliveries(database: DatabaseSync, filter: DeliveryFilter, limit: number): DeliveryView[] {
  const { where, values } = conditionOf(filter);
  return database
    .prepare(`SELECT * FROM deliveries WHERE ${where} ORDER BY seq DESC LIMIT ?`)
    .all(...values, limit)
    .map(deliveryOf)
    .reverse();
}

export function attemptsOf(database: DatabaseSync, { callId, id }: DeliveryKey): AttemptView[] {
  const delivery = 'SELECT seq FROM deliveries WHERE call_id = ? AND id = ?';
  return database
    .prepare(`SELECT * FROM attempts WHERE delivery = (${delivery}) ORDER BY number`)
    .all(callId, id)
    .map((row) => ({
      number: Number(row.number),
      at: Number(row.at),
      durationMs: Number(row.duration_ms),
      status: numberOr(row.status),
      outcome: String(row.outcome),
      reason: textOr(row.reason),
      answer: textOr(row.answer),
    }));
}

/**
 * Sets deliveries to be sent again, at once and with a whole schedule before them; their attempts so far are kept.
 * @param now milliseconds since 1970: from then the schedule counts
 * @returns how many
 */
export function retryDeliveries(database: DatabaseSync, filter: DeliveryFilter, now: number): number {
  const { where, values } = conditionOf(filter);
  const { changes } = database
    .prepare(
      `UPDATE deliveries SET state = 'pending', window_at = ?, window_attempts = attempts, refusals = 0,
        next_at = NULL, settled_at = NULL, reason = NULL WHERE ${where}`,
    )
    .run(now, ...values);
  return Number(changes);
}

/** Gives up deliveries that are pending. @returns how many */
export function discardDeliveries(database: DatabaseSync, filter: DeliveryFilter, now: number): number {
  const { where, values } = conditionOf({ ...filter, state: 'pending' });
  const { changes } = database
    .prepare(
      `UPDATE deliveries SET state = 'dead', next_at = NULL, settled_at = ?, reason = 'discarded' WHERE ${where}`,
    )
    .run(now, ...values);
  return Number(changes);
}

/** Rules whose receiver answered 410, and since when. */
export function suspendedRules(database: DatabaseSync): { ruleId: string; since: number; reason: string }[] {
  return database
    .prepare('SELECT * FROM suspended ORDER BY since')
    .all()
    .map((row) => ({ ruleId: String(row.event_id), since: Number(row.since), reason: String(row.reason) }));
}

/** Lets a suspended rule send again. @returns whether it was suspended */
export function resumeRule(database: DatabaseSync, ruleId: string): boolean {
  return Number(database.prepare('DELETE FROM suspended WHERE event_id = ?').run(ruleId).changes) > 0;
}

function conditionOf({ ids, extension, event, state, since, callId }: DeliveryFilter) {
  const conditions: [string, SQLInputValue][] = [];
  // Found by going through the index alone, which holds a million ids in a tenth of a second.
  const byId = 'seq IN (SELECT seq FROM deliveries WHERE id IN (SELECT value FROM json_each(?)))';
  if (ids !== undefined) conditions.push([byId, JSON.stringify(ids)]);
  if (extension !== undefined) conditions.push(['extension = ?', extension]);
  if (event !== undefined) conditions.push(['event = ?', event]);
  if (state !== undefined) conditions.push(['state = ?', state]);
  if (since !== undefined) conditions.push(['created_at >= ?', since]);
  if (callId !== undefined) conditions.push(['call_id = ?', callId]);
  return {
    where: conditions.map(([text]) => text).join(' AND ') || 'TRUE',
    values: conditions.map(([, value]) => value),
  };
}

const numberOr = (value: unknown) => (value === null ? undefined : Number(value));
const textOr = (value: unknown) => (value === null ? undefined : String(value));

function deliveryOf(row: Record<string, unknown>): DeliveryView {
  return {
    id: String(row.id),
    event: String(row.event),
    extension: String(row.extension),
    ruleId: String(row.event_id),
    callId: String(row.call_id),
    state: String(row.state) as DeliveryState,
    attempts: Number(row.attempts),
    createdAt: Number(row.created_at),
    nextAttemptAt: numberOr(row.next_at),
    settledAt: numberOr(row.settled_at),
    reason: textOr(row.reason),
    method: String(row.method),
    url: String(row.url),
    headers: JSON.parse(String(row.headers)),
    body: textOr(row.body),
  };
}
