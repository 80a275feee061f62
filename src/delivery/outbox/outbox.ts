import type { DatabaseSync } from 'node:sqlite';
import type { StoredCall } from '../../calls/recovery/stored-call.ts';
import { suspendedRuleOf } from '../admin-rows.ts';
import type { Delivery, DeliveryKey } from '../delivery.ts';
import type { OutboxChange } from '../outbox-change.ts';
import { type PendingDelivery, pendingOf } from '../pending-delivery.ts';
import type { OtherProcessListener, OutboxHealth, OutboxStore, RestoredOutbox, Unwritten } from '../store.ts';
import { ChangesByOtherProcess } from './changes-by-other-process.ts';
import { CopyForRebuild, MOST_DELIVERIES } from './copy-for-rebuild.ts';
import { DeliveryCache } from './delivery-cache.ts';
import { deliveryFrom, pendingFrom } from './pending-rows.ts';
import { asError, isStorageError } from './sqlite-errors.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { UnwrittenChanges } from './unwritten-changes.ts';
import { writeChange } from './write-change.ts';
import { WriteRetry } from './write-retry.ts';

/** Looks after the file. A check that fails is a problem of the file, and throws nothing. */
export interface FileKeeper {
  /** @returns whether another process has cut or overwritten it; then the outbox is paused until it has a new file */
  pauseIfHarmed(): boolean;
  /** To be called after each commit. */
  committed(): void;
}

export interface OutboxListener {
  /** The outbox could not be written. @param trouble with how many changes wait, and how many were lost so far */
  trouble(trouble: { error: Error; waiting: number; lost: number }): void;
  /** It is written again, with this many changes that had waited. */
  recovered(waited: number): void;
}

/** Changes that were written in one transaction, with the deliveries among them and the file's version then. */
interface Transaction {
  changes: readonly OutboxChange[];
  deliveries: Delivery[];
  version: number;
}

/**
 * The outbox in an SQLite file: what is to be sent and which legs are open, on disk before anything is sent.
 *
 * Changes are gathered during one turn of the event loop and written in one transaction with one sync. When writing
 * fails (a full disk) they stay in memory, in order, and are tried again; a delivery is sent only once it is written.
 */
export class Outbox implements OutboxStore {
  #database: DatabaseSync;
  readonly #on: OutboxListener;
  #statements: Statements;
  #cache = new DeliveryCache();
  readonly #waiting = new UnwrittenChanges();
  #scheduled: NodeJS.Immediate | undefined;
  readonly #trouble = new WriteRetry(() => this.flush());
  #fileProblem: string | undefined;
  #paused: string | undefined;
  /** Opens the database that is to be used from now on. */
  #open: (() => DatabaseSync) | undefined;
  readonly #memory = new CopyForRebuild();
  #keeper: FileKeeper | undefined;
  readonly #changesByOthers: ChangesByOtherProcess;
  #closed = false;

  constructor(database: DatabaseSync, on: OutboxListener) {
    this.#database = database;
    this.#on = on;
    this.#statements = prepareStatements(database);
    this.#changesByOthers = new ChangesByOtherProcess({
      version: () => this.version(),
      isHealthy: () => this.health.ok,
      pauseIfHarmed: () => this.#pauseIfHarmed(),
      flush: () => this.flush(),
      read: () => ({ pending: this.pending(), suspended: this.suspended() }),
    });
  }

  get health(): OutboxHealth {
    const trouble = this.#trouble.reason;
    const reason = trouble === undefined ? (this.#paused ?? this.#fileProblem) : `cannot be written (${trouble})`;
    return { ok: reason === undefined, reason, waiting: this.#waiting.count, lost: this.#waiting.dropped };
  }

  get unwrittenMs(): number {
    return this.#waiting.waitedMs;
  }

  /** Writes the change together with the others of this turn of the event loop. */
  write(change: OutboxChange): void {
    this.#waiting.add(change);
    if (this.#trouble.reason !== undefined || this.#paused !== undefined) {
      this.#waiting.dropOldest();
      return;
    }
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Writes the waiting changes now. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#closed || this.#paused !== undefined || !this.#openIfNeeded()) return;
    if (this.#waiting.count === 0 && this.#trouble.reason === undefined) return;
    if (this.#pauseIfHarmed()) return;
    let done: Transaction;
    try {
      done = this.#transact(this.#waiting.list);
    } catch (error) {
      if (isStorageError(error)) this.#failed(error);
      else this.#writeOneByOne();
      return;
    }
    this.#waiting.list = [];
    if (this.#trouble.end()) this.#on.recovered(done.changes.length);
    this.#conclude([done]);
  }

  unwritten(): Unwritten {
    return this.#waiting.unwritten();
  }

  /** Reports a problem of the file, although it can be written. @param reason for `health`; absent: there is none */
  setFileProblem(reason: string | undefined): void {
    this.#fileProblem = reason;
  }

  /** Writes nothing from now on; changes wait. @param reason for `health` */
  pause(reason: string): void {
    this.#paused = reason;
  }

  /** Writes again, beginning with the changes that have waited. */
  resume(): void {
    this.#paused = undefined;
    this.flush();
  }

  /**
   * Goes on with another database of the same content.
   * @param open is called once the old one is closed, and again until it succeeds; meanwhile everything waits
   */
  reopen(open: () => DatabaseSync): void {
    this.#database.close();
    this.#open = open;
    this.resume();
  }

  pending(): PendingDelivery[] {
    return pendingFrom(this.#statements.pending.iterate());
  }

  async read({ callId, id }: DeliveryKey): Promise<Delivery | undefined> {
    const known = this.#cache.take(id, this.version());
    if (known !== undefined) return known;
    // A delivery that an overwritten file lacks was not discarded.
    if (this.#pauseIfHarmed()) throw new Error('the file of the outbox was overwritten');
    const row = this.#statements.read.get(callId, id);
    return row?.state === 'pending' ? deliveryFrom(row) : undefined;
  }

  async restore(): Promise<RestoredOutbox> {
    this.#changesByOthers.markKnown();
    for (const { name, value } of this.#statements.facts.all()) this.#memory.facts.set(String(name), String(value));
    for (const row of this.#statements.newestPending.iterate(MOST_DELIVERIES)) this.#memory.keep(deliveryFrom(row));
    return {
      calls: this.calls() as StoredCall[],
      pending: this.pending(),
      suspended: this.suspended(),
      facts: Object.fromEntries(this.#memory.facts),
    };
  }

  calls(): unknown[] {
    return this.#statements.calls.all().map((row): unknown => {
      const state: unknown = JSON.parse(String(row.state));
      this.#memory.calls.set(String(row.call_id), state);
      return state;
    });
  }

  suspended(): Set<string> {
    this.#memory.suspended = this.#statements.suspended.all().map(suspendedRuleOf);
    return new Set(this.#memory.suspended.map(({ ruleId }) => ruleId));
  }

  /** The content of an overwritten file as far as it is in memory, for a new file. */
  known(): { memory: CopyForRebuild; pending: PendingDelivery[] } {
    const pending = this.#changesByOthers.knownPending() ?? [...this.#memory.deliveries.values()].map(pendingOf);
    return { memory: this.#memory, pending };
  }

  /** Counts deliveries that were only in an overwritten file as lost. */
  countLost(deliveries: number): void {
    this.#waiting.dropped += deliveries;
  }

  /** From now on the keeper checks the file before each use, and hears of each commit. */
  setKeeper(keeper: FileKeeper): void {
    this.#keeper = keeper;
  }

  onChangeByOtherProcess(listener: OtherProcessListener): void {
    this.#changesByOthers.start(listener);
  }

  /** Changes whenever another process has written to the file. */
  version(): number {
    return Number(this.#statements.version.get()?.data_version ?? 0);
  }

  prune(before: number, keep: number, most: number): number {
    if (this.#paused !== undefined || this.#open !== undefined || this.#pauseIfHarmed()) return 0;
    const { pruneOld, pruneMany } = this.#statements;
    try {
      return Number(pruneOld.run(before, most).changes) + Number(pruneMany.run(keep, most).changes);
    } catch (error) {
      // The next write reports it, and history is not in the way until then.
      if (isStorageError(error)) return 0;
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#trouble.stop();
    this.#changesByOthers.stop();
    this.#closed = true;
    if (this.#database.isOpen) this.#database.close();
  }

  /** @returns whether its file must not be used */
  #pauseIfHarmed(): boolean {
    return this.#open === undefined && this.#keeper?.pauseIfHarmed() === true;
  }

  /** @returns whether there is a database to write to */
  #openIfNeeded(): boolean {
    if (this.#open === undefined) return true;
    try {
      this.#database = this.#open();
      this.#statements = prepareStatements(this.#database);
      this.#cache = new DeliveryCache();
      this.#open = undefined;
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #transact(changes: readonly OutboxChange[]): Transaction {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const deliveries: Delivery[] = [];
      for (const change of changes) writeChange(this.#statements, change, (delivery) => deliveries.push(delivery));
      // Within the transaction no other process can write.
      const version = this.version();
      this.#database.exec('COMMIT');
      return { changes, deliveries, version };
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** One change that can never be written must not delay all others: it is dropped, and reported. */
  #writeOneByOne(): void {
    const done: Transaction[] = [];
    for (let change = this.#waiting.list[0]; change !== undefined; change = this.#waiting.list[0]) {
      try {
        done.push(this.#transact([change]));
      } catch (cause) {
        if (isStorageError(cause)) {
          this.#failed(cause);
          break;
        }
        this.#waiting.dropped++;
        this.#on.trouble({ error: asError(cause), waiting: this.#waiting.count - 1, lost: this.#waiting.dropped });
      }
      this.#waiting.list.shift();
    }
    this.#conclude(done);
  }

  /** Not part of the transaction: no error of this may make what is on disk look unwritten. */
  #conclude(done: readonly Transaction[]): void {
    for (const { changes, deliveries, version } of done) {
      this.#cache.add(deliveries, version);
      for (const change of changes) this.#memory.apply(change);
    }
    this.#keeper?.committed();
    for (const { changes } of done) for (const { written } of changes) written?.();
  }

  #failed(cause: unknown): void {
    const error = asError(cause);
    this.#trouble.failed(error);
    this.#waiting.dropOldest();
    this.#on.trouble({ error, waiting: this.#waiting.count, lost: this.#waiting.dropped });
  }
}
