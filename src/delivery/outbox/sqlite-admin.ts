import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AttemptView, DeliveryCount, DeliveryFilter, DeliveryView, OutboxAdmin, SuspendedRule } from '../admin.ts';
import {
  attemptViewOf,
  COUNT_GROUPS,
  COUNTED,
  deliveryCountOf,
  deliveryViewOf,
  holdingNumber,
  suspendedRuleOf,
} from '../admin-rows.ts';
import type { DeliveryKey } from '../delivery.ts';
import { conditionsOf, type FilterDialect, whereOf } from '../delivery-filter.ts';
import { NewerOutboxError, SCHEMA_VERSION } from './migrations.ts';
import { OutboxError } from './open-outbox.ts';
import { isStorageError } from './sqlite-errors.ts';

/** How long a command waits for a transaction of the service. */
const BUSY_MS = 5000;
/** The service's writes wait while VACUUM rewrites the file: some seconds for this size. */
const MOST_REWRITTEN_BYTES = 256e6;

/**
 * Opens an existing outbox beside the service; does not create it, and does not change its tables.
 * @throws OutboxError, NewerOutboxError
 */
export function openExisting(path: string): OutboxAdmin {
  if (!existsSync(path))
    throw new OutboxError(
      'OUTBOX_MISSING',
      `there is no outbox at ${path}: the service has not run yet, or keeps it elsewhere. --outbox names its file; the installed service has /var/lib/call-events/outbox.db`,
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
    return new SqliteAdmin(database);
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

export const SQLITE_DIALECT: FilterDialect = {
  // One seek in each hour of the history, from the last to the first; a month has 720.
  ids: `seq IN (
    WITH RECURSIVE hours (hour) AS (
      SELECT max(created_at / 3600000) FROM deliveries INDEXED BY deliveries_id
      UNION ALL
      SELECT (SELECT max(created_at / 3600000) FROM deliveries INDEXED BY deliveries_id WHERE created_at / 3600000 < hour)
      FROM hours WHERE hour IS NOT NULL
    )
    SELECT one.seq FROM hours CROSS JOIN json_each(?) AS wanted
      CROSS JOIN deliveries AS one INDEXED BY deliveries_id ON one.created_at / 3600000 = hour AND one.id = wanted.value)`,
  exceptRules: 'event_id NOT IN (SELECT value FROM json_each(?))',
  reason: "reason LIKE ? ESCAPE '\\'",
};

/** For an UPDATE of deliveries; the value is the time of now. */
export const RETRIED = `state = 'pending', window_at = ?, window_attempts = attempts, refusals = 0, next_at = NULL,
  settled_at = NULL, reason = NULL`;
export const DISCARDED = `state = 'dead', next_at = NULL, settled_at = ?, reason = 'discarded'`;

/** The outbox's file by a connection of its own: the service notices that it was changed. */
export class SqliteAdmin implements OutboxAdmin {
  readonly #database: DatabaseSync;

  /** @param database of an outbox; it is closed with this */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async find(filter: DeliveryFilter, limit: number): Promise<DeliveryView[]> {
    const { where, values } = whereOf(conditionsOf(filter, SQLITE_DIALECT));
    return this.#database
      .prepare(`SELECT * FROM deliveries WHERE ${where} ORDER BY created_at DESC, seq DESC LIMIT ?`)
      .all(...values, limit)
      .map(deliveryViewOf)
      .reverse();
  }

  async show(id: string): Promise<DeliveryView | undefined> {
    const [found] = await this.find({ ids: [id] }, 1);
    return found;
  }

  async attempts({ callId, id }: DeliveryKey): Promise<AttemptView[]> {
    const delivery = 'SELECT seq FROM deliveries WHERE call_id = ? AND id = ?';
    return this.#database
      .prepare(`SELECT * FROM attempts WHERE delivery = (${delivery}) ORDER BY number`)
      .all(callId, id)
      .map(attemptViewOf);
  }

  async retry(filter: DeliveryFilter, now: number): Promise<number> {
    const { where, values } = whereOf(conditionsOf(filter, SQLITE_DIALECT));
    const { changes } = this.#database.prepare(`UPDATE deliveries SET ${RETRIED} WHERE ${where}`).run(now, ...values);
    return Number(changes);
  }

  async discard(filter: DeliveryFilter, now: number): Promise<number> {
    const { where, values } = whereOf(conditionsOf({ ...filter, state: 'pending' }, SQLITE_DIALECT));
    const { changes } = this.#database.prepare(`UPDATE deliveries SET ${DISCARDED} WHERE ${where}`).run(now, ...values);
    return Number(changes);
  }

  async suspended(): Promise<SuspendedRule[]> {
    return this.#database.prepare('SELECT * FROM suspended ORDER BY since').all().map(suspendedRuleOf);
  }

  async resume(ruleId: string): Promise<boolean> {
    return Number(this.#database.prepare('DELETE FROM suspended WHERE event_id = ?').run(ruleId).changes) > 0;
  }

  async forget(digits: string): Promise<{ forgotten: number; pending: number; isOverwritten: boolean }> {
    const database = this.#database;
    // Deleted rows are overwritten with zeros.
    database.exec('PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON');
    const texts = `SELECT seq, state, url, body, call_event FROM deliveries
      WHERE instr(call_event, ?) OR instr(url, ?) OR instr(body, ?)`;
    const rows = database.prepare(texts).iterate(digits, digits, digits);
    const { settled, pending } = holdingNumber(rows, digits, ({ seq }) => Number(seq));
    const remove = `DELETE FROM deliveries WHERE state <> 'pending' AND seq IN (SELECT value FROM json_each(?))`;
    const { changes } = database.prepare(remove).run(JSON.stringify(settled));
    return { forgotten: Number(changes), pending, isOverwritten: this.#rewrite() };
  }

  /** Rewrites the file: its unused parts may still contain rows that the service has deleted or changed. */
  #rewrite(): boolean {
    const bytes = ({ page_count, page_size }: Record<string, unknown>) => Number(page_count) * Number(page_size);
    const pragma = (name: string) => this.#database.prepare(`PRAGMA ${name}`).get();
    try {
      const isSmall = bytes({ ...pragma('page_count'), ...pragma('page_size') }) <= MOST_REWRITTEN_BYTES;
      if (isSmall) this.#database.exec('VACUUM');
      // The log beside the file still has the old pages; the service may be reading them.
      return pragma('wal_checkpoint(TRUNCATE)')?.busy === 0 && isSmall;
    } catch (error) {
      if (isStorageError(error)) return false;
      throw error;
    }
  }

  async counts(filter: DeliveryFilter): Promise<DeliveryCount[]> {
    const { where, values } = whereOf(conditionsOf(filter, SQLITE_DIALECT));
    return this.#database
      .prepare(`SELECT ${COUNTED} FROM deliveries WHERE ${where} ${COUNT_GROUPS}`)
      .all(...values)
      .map(deliveryCountOf);
  }

  close(): void {
    this.#database.close();
  }
}
