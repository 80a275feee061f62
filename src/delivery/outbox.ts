import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Delivery } from './delivery.ts';

/** Changes wait in memory for a disk that is full; beyond so many the oldest are given up, counted and told. */
const MOST_UNWRITTEN = 100_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** What is known of a delivery on its way, besides what it sends. */
export interface Pending extends Pick<Delivery, 'id' | 'event' | 'eventId' | 'legKey' | 'target' | 'createdAt'> {
  seq: number;
  /** In all. */
  attempts: number;
  /** Of them, those before it was set to be sent again: the schedule begins anew. `createdAt` is then of that moment. */
  earlierAttempts?: number;
  refusals: number;
  /** Milliseconds since 1970; absent: at once. */
  nextAt: number | undefined;
}

/** One attempt, for the record. */
export interface Attempt {
  id: string;
  number: number;
  at: number;
  durationMs: number;
  status: number | undefined;
  outcome: 'delivered' | 'retry' | 'dead' | 'expired';
  reason: string | undefined;
  answer: string | undefined;
  refused: boolean;
  /** When the next one is due; absent when there is none. */
  nextAt: number | undefined;
}

/** What changes together, in one transaction. */
export interface Change {
  /** Calls whose open legs changed: what to keep of them, `undefined` when nothing is left. */
  calls?: readonly { callId: string; state: unknown }[];
  deliveries?: readonly Delivery[];
  attempts?: readonly Attempt[];
  suspend?: { eventId: string; since: number; reason: string };
  facts?: Readonly<Record<string, string>>;
  /** Called once it is on disk. */
  written?: () => void;
}

export interface OutboxHealth {
  ok: boolean;
  /** Why not. */
  reason: string | undefined;
  /** Changes that wait for the disk. */
  waiting: number;
  /** Changes given up since the start. */
  lost: number;
}

/**
 * The outbox: what is to be sent and which legs are open, on disk before anything is sent.
 *
 * Changes are gathered during one turn of the event loop and written in one transaction with one sync. When writing
 * fails (a full disk) they stay in memory, in order, and are tried again; nothing is sent that is not written.
 */
export class Outbox {
  readonly #database: DatabaseSync;
  readonly #onTrouble: (trouble: { error: Error; waiting: number; lost: number }) => void;
  readonly #onRecovered: (waited: number) => void;
  readonly #statements: Statements;
  #changes: Change[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #trouble: string | undefined;
  #lost = 0;
  #closed = false;

  constructor(
    database: DatabaseSync,
    on: {
      trouble: (trouble: { error: Error; waiting: number; lost: number }) => void;
      recovered: (waited: number) => void;
    },
  ) {
    this.#database = database;
    this.#onTrouble = on.trouble;
    this.#onRecovered = on.recovered;
    this.#statements = prepare(database);
  }

  get health(): OutboxHealth {
    return {
      ok: this.#trouble === undefined,
      reason: this.#trouble,
      waiting: this.#changes.length,
      lost: this.#lost,
    };
  }

  /** Writes with everything else of this turn of the event loop. */
  write(change: Change): void {
    this.#changes.push(change);
    if (this.#trouble !== undefined) {
      this.#giveUpOldest();
      return;
    }
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Writes now what waits. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#changes.length === 0 || this.#closed) return;
    const changes = this.#changes;
    try {
      this.#transact(changes);
    } catch (error) {
      if (isDiskTrouble(error)) this.#failed(error);
      else this.#giveUpWrong(changes, error);
      return;
    }
    this.#changes = [];
    if (this.#trouble !== undefined) {
      this.#trouble = undefined;
      this.#retryMs = FIRST_RETRY_MS;
      this.#onRecovered(changes.length);
    }
    for (const { written } of changes) written?.();
  }

  /** What is on its way, the oldest first. @param after only what came after this `seq` */
  pending(after = 0): Pending[] {
    return this.#statements.pending.all(after).map((row) => ({
      seq: Number(row.seq),
      id: String(row.id),
      event: String(row.event) as Pending['event'],
      eventId: String(row.event_id),
      legKey: String(row.leg_key),
      target: String(row.target),
      createdAt: Number(row.created_at),
      attempts: Number(row.attempts),
      earlierAttempts: Number(row.window_attempts),
      refusals: Number(row.refusals),
      nextAt: row.next_at === null ? undefined : Number(row.next_at),
    }));
  }

  /** A delivery as a whole; absent when it is gone or no longer pending. */
  read(id: string): (Delivery & { seq: number; attempts: number }) | undefined {
    const row = this.#statements.read.get(id);
    if (row === undefined || row.state !== 'pending') return undefined;
    return {
      seq: Number(row.seq),
      attempts: Number(row.attempts),
      id,
      event: String(row.event) as Delivery['event'],
      eventId: String(row.event_id),
      callId: String(row.call_id),
      extension: String(row.extension),
      legKey: String(row.leg_key),
      target: String(row.target),
      method: row.method === 'POST' ? 'POST' : 'GET',
      url: String(row.url),
      headers: JSON.parse(String(row.headers)),
      body: row.body === null ? undefined : String(row.body),
      createdAt: Number(row.created_at),
    };
  }

  /** What was kept of the calls with open legs. */
  calls(): unknown[] {
    return this.#statements.calls.all().map((row): unknown => JSON.parse(String(row.state)));
  }

  fact(name: string): string | undefined {
    const row = this.#statements.fact.get(name);
    return row === undefined ? undefined : String(row.value);
  }

  /** Event IDs of rules whose receiver wants no more. */
  suspended(): Set<string> {
    return new Set(this.#statements.suspended.all().map((row) => String(row.event_id)));
  }

  /** Changes whenever another process has written to the file. */
  version(): number {
    return Number(this.#statements.version.get()?.data_version ?? 0);
  }

  /** Forgets settled deliveries, a few at a time. @returns how many */
  prune(before: number, keep: number, most: number): number {
    const old = Number(this.#statements.pruneOld.run(before, most).changes);
    const rows = Number(this.#statements.count.get()?.settled ?? 0);
    return old + (rows > keep ? Number(this.#statements.pruneMany.run(Math.min(rows - keep, most)).changes) : 0);
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    clearTimeout(this.#retry);
    this.#closed = true;
    this.#database.close();
  }

  #apply({ calls = [], deliveries = [], attempts = [], suspend, facts = {} }: Change): void {
    const statements = this.#statements;
    for (const { callId, state } of calls) {
      if (state === undefined) statements.deleteCall.run(callId);
      else statements.putCall.run(callId, JSON.stringify(state));
    }
    for (const d of deliveries)
      statements.insert.run(
        d.id,
        d.event,
        d.eventId,
        d.callId,
        d.extension,
        d.legKey,
        d.target,
        d.method,
        d.url,
        JSON.stringify(d.headers),
        d.body ?? null,
        d.createdAt,
        d.dead === undefined ? 'pending' : 'dead',
        d.dead === undefined ? null : d.createdAt,
        d.dead ?? null,
      );
    for (const a of attempts) {
      const state = a.outcome === 'retry' ? 'pending' : a.outcome === 'delivered' ? 'delivered' : 'dead';
      if (a.outcome !== 'expired')
        statements.attempt.run(
          a.number,
          a.at,
          a.durationMs,
          a.status ?? null,
          a.outcome,
          a.reason ?? null,
          a.answer ?? null,
          a.id,
        );
      statements.settle.run(
        state,
        a.number,
        a.refused ? 1 : 0,
        a.nextAt ?? null,
        state === 'pending' ? null : a.at + a.durationMs,
        a.reason ?? null,
        a.id,
      );
    }
    if (suspend !== undefined) statements.suspend.run(suspend.eventId, suspend.since, suspend.reason);
    for (const [name, value] of Object.entries(facts)) statements.putFact.run(name, value);
  }

  #transact(changes: readonly Change[]): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const change of changes) this.#apply(change);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** One change that can never be written must not hold up all others: the first such one is given up, and told. */
  #giveUpWrong(changes: Change[], error: unknown): void {
    const wrong = changes.findIndex((change) => {
      try {
        this.#transact([change]);
        return false;
      } catch (own) {
        return !isDiskTrouble(own);
      }
    });
    // What was written alone may be written again: each change says how things are, or is ignored the second time.
    changes.splice(Math.max(wrong, 0), 1);
    this.#lost++;
    this.#onTrouble({ error: asError(error), waiting: changes.length, lost: this.#lost });
    this.flush();
  }

  #failed(cause: unknown): void {
    const error = asError(cause);
    this.#trouble = error.message;
    this.#giveUpOldest();
    this.#onTrouble({ error, waiting: this.#changes.length, lost: this.#lost });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.flush(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #giveUpOldest(): void {
    const tooMany = this.#changes.length - MOST_UNWRITTEN;
    if (tooMany <= 0) return;
    this.#changes.splice(0, tooMany);
    this.#lost += tooMany;
  }
}

/** SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: what may pass. */
const DISK_TROUBLE = new Set([5, 6, 7, 8, 10, 11, 13, 14]);

function isDiskTrouble(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
  return DISK_TROUBLE.has(code & 0xff);
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

type Statements = Record<
  | 'insert'
  | 'pending'
  | 'read'
  | 'attempt'
  | 'settle'
  | 'putCall'
  | 'deleteCall'
  | 'calls'
  | 'suspend'
  | 'suspended'
  | 'fact'
  | 'putFact'
  | 'version'
  | 'pruneOld'
  | 'pruneMany'
  | 'count',
  StatementSync
>;

function prepare(database: DatabaseSync): Statements {
  const sql = (text: string) => database.prepare(text);
  return {
    insert: sql(`INSERT OR IGNORE INTO deliveries
      (id, event, event_id, call_id, extension, leg_key, target, method, url, headers, body, created_at,
        state, settled_at, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    pending: sql(`SELECT seq, id, event, event_id, leg_key, target, coalesce(window_at, created_at) AS created_at,
      attempts, window_attempts, refusals, next_at FROM deliveries WHERE state = 'pending' AND seq > ? ORDER BY seq`),
    read: sql('SELECT * FROM deliveries WHERE id = ?'),
    attempt: sql(`INSERT OR REPLACE INTO attempts (delivery, number, at, duration_ms, status, outcome, reason, answer)
      SELECT seq, ?, ?, ?, ?, ?, ?, ? FROM deliveries WHERE id = ?`),
    settle: sql(`UPDATE deliveries SET state = ?, attempts = ?, refusals = refusals + ?, next_at = ?, settled_at = ?,
      reason = ? WHERE id = ? AND state = 'pending'`),
    putCall: sql('INSERT OR REPLACE INTO calls (call_id, state) VALUES (?, ?)'),
    deleteCall: sql('DELETE FROM calls WHERE call_id = ?'),
    calls: sql('SELECT state FROM calls'),
    suspend: sql('INSERT OR IGNORE INTO suspended (event_id, since, reason) VALUES (?, ?, ?)'),
    suspended: sql('SELECT event_id FROM suspended'),
    fact: sql('SELECT value FROM facts WHERE name = ?'),
    putFact: sql('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)'),
    version: sql('PRAGMA data_version'),
    pruneOld: sql(`DELETE FROM deliveries WHERE seq IN
      (SELECT seq FROM deliveries WHERE state <> 'pending' AND settled_at < ? ORDER BY settled_at LIMIT ?)`),
    pruneMany: sql(`DELETE FROM deliveries WHERE seq IN
      (SELECT seq FROM deliveries WHERE state <> 'pending' ORDER BY settled_at LIMIT ?)`),
    count: sql('SELECT (SELECT max(seq) FROM deliveries) - (SELECT min(seq) FROM deliveries) AS settled'),
  };
}
