import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DeliveryHistory } from '../../admin.ts';
import { TableHistory } from '../../history/table-history.ts';
import { SqliteTables } from './sqlite-tables.ts';

/** How long it waits for the service to end a transaction. */
const BUSY_MS = 5000;

/** The connection to one file, and what was counted in it. */
interface Opened {
  identity: string;
  database: DatabaseSync;
  history: TableHistory;
}

/** The history in an outbox's file, read in the thread that calls: the worker's. */
export class HistoryReader implements DeliveryHistory {
  readonly limitedBy = undefined;
  readonly #path: string;
  #opened: Opened | undefined;
  /** Only when something is changed. */
  #writing: DatabaseSync | undefined;

  /** @param path of an outbox that the service has opened */
  constructor(path: string) {
    this.#path = path;
  }

  async page(...args: Parameters<DeliveryHistory['page']>) {
    return this.#now().page(...args);
  }

  async count(...args: Parameters<DeliveryHistory['count']>) {
    return this.#now().count(...args);
  }

  async show(...args: Parameters<DeliveryHistory['show']>) {
    return this.#now().show(...args);
  }

  async minutes() {
    return this.#now().minutes();
  }

  async lastOfExtensions(...args: Parameters<DeliveryHistory['lastOfExtensions']>) {
    return this.#now().lastOfExtensions(...args);
  }

  async lastOfRules(...args: Parameters<DeliveryHistory['lastOfRules']>) {
    return this.#now().lastOfRules(...args);
  }

  async failing() {
    return this.#now().failing();
  }

  async targets() {
    return this.#now().targets();
  }

  async suspended() {
    return this.#now().suspended();
  }

  async retry(...args: Parameters<DeliveryHistory['retry']>) {
    return this.#now().retry(...args);
  }

  async discard(...args: Parameters<DeliveryHistory['discard']>) {
    return this.#now().discard(...args);
  }

  async resume(...args: Parameters<DeliveryHistory['resume']>) {
    return this.#now().resume(...args);
  }

  async close() {
    this.#opened?.database.close();
    this.#writing?.close();
    this.#opened = undefined;
    this.#writing = undefined;
  }

  /** The file that the path names now: the service may have put another one in its place. */
  #now(): TableHistory {
    const { dev, ino } = statSync(this.#path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (this.#opened?.identity === identity) return this.#opened.history;
    void this.close();
    const database = new DatabaseSync(this.#path, { timeout: BUSY_MS, readOnly: true });
    const history = new TableHistory(new SqliteTables(database, () => this.#writable()));
    this.#opened = { identity, database, history };
    return history;
  }

  #writable(): DatabaseSync {
    this.#now();
    this.#writing ??= new DatabaseSync(this.#path, { timeout: BUSY_MS });
    return this.#writing;
  }
}
