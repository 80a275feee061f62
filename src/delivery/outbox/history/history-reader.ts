import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DeliveryHistory } from '../../admin.ts';
import {
  askHistory,
  ForwardedHistory,
  type HistoryMethod,
  type HistoryResult,
} from '../../history/forwarded-history.ts';
import { TableHistory } from '../../history/table-history.ts';
import { SqliteTables } from './sqlite-tables.ts';

/** How long it waits for a transaction of the service. */
const BUSY_MS = 5000;

/** The connection to one file, with the counts of its deliveries. */
interface Opened {
  identity: string;
  database: DatabaseSync;
  history: TableHistory;
}

/** The history in an outbox's file, read in the calling thread: the worker. */
export class HistoryReader extends ForwardedHistory {
  readonly limitedBy = undefined;
  readonly #path: string;
  #opened: Opened | undefined;
  /** Opened when something is changed. */
  #writing: DatabaseSync | undefined;

  /** @param path of an outbox that the service has opened */
  constructor(path: string) {
    super();
    this.#path = path;
  }

  protected override async ask<Name extends HistoryMethod>(
    name: Name,
    args: Parameters<DeliveryHistory[Name]>,
  ): Promise<HistoryResult<Name>> {
    return askHistory(this.#openPresent(), name, args);
  }

  async close() {
    this.#opened?.database.close();
    this.#writing?.close();
    this.#opened = undefined;
    this.#writing = undefined;
  }

  /** The history in the present file of the path: the service may have replaced the file. */
  #openPresent(): TableHistory {
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
    this.#openPresent();
    this.#writing ??= new DatabaseSync(this.#path, { timeout: BUSY_MS });
    return this.#writing;
  }
}
