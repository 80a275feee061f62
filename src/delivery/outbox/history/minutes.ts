import type { DatabaseSync } from 'node:sqlite';
import type { MinuteCount } from '../../admin.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Counting takes at most this share of the time: a million rows take a quarter of a second. */
const REST = 20;
/** After this time everything is counted again: a command beside the service may have changed what is old. */
const AFRESH_MS = 600_000;

/**
 * How many deliveries of each minute of the last day are delivered, dead or pending. A minute in which none is pending
 * changes no more, so only what is younger than the first with a pending one is counted again.
 */
export class MinuteCounts {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #minutes = new Map<number, MinuteCount>();
  #countedAt = Number.NEGATIVE_INFINITY;
  #countedAfreshAt = Number.NEGATIVE_INFINITY;
  #lastedMs = 0;

  constructor(database: DatabaseSync, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /** The oldest first; those without any are left out. */
  read(): MinuteCount[] {
    const now = this.#now();
    // The clock was set back.
    if (now < this.#countedAt) this.forget();
    if (now - this.#countedAt >= REST * this.#lastedMs) this.#count(now);
    return [...this.#minutes.values()].sort((a, b) => a.at - b.at);
  }

  /** Something old was changed: everything is counted again. */
  forget(): void {
    this.#minutes.clear();
    this.#countedAt = Number.NEGATIVE_INFINITY;
    this.#countedAfreshAt = Number.NEGATIVE_INFINITY;
  }

  #count(now: number): void {
    if (now - this.#countedAfreshAt >= AFRESH_MS) {
      this.#minutes.clear();
      this.#countedAfreshAt = now;
    }
    const began = performance.now();
    const first = now - DAY_MS;
    for (const at of this.#minutes.keys()) if (at + MINUTE_MS <= first) this.#minutes.delete(at);
    const since = Math.max(first, this.#firstThatMayChange());
    for (const at of this.#minutes.keys()) if (at >= since) this.#minutes.delete(at);
    // Through the index alone.
    const rows = this.#database
      .prepare(
        `SELECT state, created_at / ${MINUTE_MS} AS minute, count(*) AS count FROM deliveries INDEXED BY deliveries_state
        WHERE state IN ('delivered', 'dead', 'pending') AND created_at >= ? GROUP BY state, minute`,
      )
      .all(since);
    for (const { state, minute, count } of rows) {
      const at = Number(minute) * MINUTE_MS;
      let counted = this.#minutes.get(at);
      if (counted === undefined) {
        counted = { at, delivered: 0, dead: 0, pending: 0 };
        this.#minutes.set(at, counted);
      }
      counted[state as 'delivered' | 'dead' | 'pending'] = Number(count);
    }
    this.#countedAt = now;
    this.#lastedMs = performance.now() - began;
  }

  #firstThatMayChange(): number {
    // What was counted last may not have been over.
    let first = this.#countedAt - (this.#countedAt % MINUTE_MS);
    if (this.#minutes.size === 0) return Number.NEGATIVE_INFINITY;
    for (const { at, pending } of this.#minutes.values()) if (pending > 0 && at < first) first = at;
    return first;
  }
}
