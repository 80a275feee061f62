import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DeliveryFilter, DeliveryHistory } from '../../admin.ts';
import { SqliteAdmin } from '../sqlite-admin.ts';
import { changeAll } from './bulk.ts';
import { LastDeliveries } from './last.ts';
import { MinuteCounts } from './minutes.ts';
import { countMatches, findPage } from './page.ts';

/** How long it waits for the service to end a transaction. */
const BUSY_MS = 5000;

/** The connections to one file, and what was counted in it. */
interface Opened {
  identity: string;
  database: DatabaseSync;
  admin: SqliteAdmin;
  minutes: MinuteCounts;
  last: LastDeliveries;
}

/** The history in an outbox's file, read in the thread that calls: the worker's. */
export class HistoryReader implements DeliveryHistory {
  readonly #path: string;
  #opened: Opened | undefined;
  /** Only when something is changed. */
  #writing: DatabaseSync | undefined;

  /** @param path of an outbox that the service has opened */
  constructor(path: string) {
    this.#path = path;
  }

  async page(...[filter, limit, cursor]: Parameters<DeliveryHistory['page']>) {
    return findPage(this.#now().database, filter, limit, cursor);
  }

  async count(...[filter]: Parameters<DeliveryHistory['count']>) {
    return countMatches(this.#now().database, filter);
  }

  async show(...[id, callId]: Parameters<DeliveryHistory['show']>) {
    const { admin } = this.#now();
    const wanted = { ids: [id] };
    const byCall = callId === undefined ? [] : (await admin.find({ callId }, 1000)).filter((one) => one.id === id);
    const [delivery = (await admin.find(wanted, 1))[0]] = byCall;
    return delivery && { delivery, attempts: await admin.attempts(delivery) };
  }

  async minutes() {
    return this.#now().minutes.read();
  }

  async lastOfExtensions(...[extensions]: Parameters<DeliveryHistory['lastOfExtensions']>) {
    return this.#now().last.ofExtensions(extensions);
  }

  async lastOfRules(...[ruleIds]: Parameters<DeliveryHistory['lastOfRules']>) {
    return this.#now().last.ofRules(ruleIds);
  }

  async failing() {
    return this.#now().last.failing();
  }

  async targets() {
    const next = this.#now().database.prepare(
      'SELECT min(target) AS target FROM deliveries INDEXED BY deliveries_target WHERE target > ?',
    );
    const targets: string[] = [];
    for (let target = ''; targets.length < 1000; targets.push(target)) {
      const found = next.get(target)?.target;
      if (typeof found !== 'string') break;
      target = found;
    }
    return targets;
  }

  async suspended() {
    return this.#now().admin.suspended();
  }

  async retry(...[filter, now]: Parameters<DeliveryHistory['retry']>) {
    return this.#change('retry', filter, now);
  }

  async discard(...[filter, now]: Parameters<DeliveryHistory['discard']>) {
    return this.#change('discard', filter, now);
  }

  async resume(...[ruleId]: Parameters<DeliveryHistory['resume']>) {
    return new SqliteAdmin(this.#writable()).resume(ruleId);
  }

  async close() {
    this.#opened?.database.close();
    this.#writing?.close();
    this.#opened = undefined;
    this.#writing = undefined;
  }

  async #change(change: 'retry' | 'discard', filter: DeliveryFilter, now: number) {
    try {
      return await changeAll(this.#writable(), change, filter, now);
    } finally {
      this.#opened?.minutes.forget();
    }
  }

  /** The file that the path names now: the service may have put another one in its place. */
  #now(): Opened {
    const { dev, ino } = statSync(this.#path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (this.#opened?.identity === identity) return this.#opened;
    void this.close();
    const database = new DatabaseSync(this.#path, { timeout: BUSY_MS, readOnly: true });
    this.#opened = {
      identity,
      database,
      admin: new SqliteAdmin(database),
      minutes: new MinuteCounts(database),
      last: new LastDeliveries(database),
    };
    return this.#opened;
  }

  #writable(): DatabaseSync {
    this.#now();
    this.#writing ??= new DatabaseSync(this.#path, { timeout: BUSY_MS });
    return this.#writing;
  }
}
