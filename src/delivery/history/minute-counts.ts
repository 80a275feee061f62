import type { MinuteCount } from '../admin.ts';
import type { HistoryTables } from './history-tables.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Counting takes a twentieth of the time at most: a million rows take a quarter of a second. */
const REST = 20;
/** Counting stops after this time, and goes on with the next call. */
const COUNT_MS = 1000;
/** After this time everything is counted again: a command beside the service may have changed old deliveries. */
const AFRESH_MS = 600_000;

/**
 * How many deliveries of each minute of the last day are delivered, dead or pending, counted hour by hour. A minute
 * without pending deliveries no longer changes, so only hours with pending ones are counted again.
 */
export class MinuteCounts {
  readonly #tables: Pick<HistoryTables, 'minutes'>;
  readonly #now: () => number;
  readonly #minutes = new Map<number, MinuteCount>();
  #countedAt = Number.NEGATIVE_INFINITY;
  #countedAfreshAt = Number.NEGATIVE_INFINITY;
  /** All hours from this time on were counted. */
  #countedFrom = Number.POSITIVE_INFINITY;
  #lastedMs = 0;
  #counting: Promise<void> | undefined;

  constructor(tables: Pick<HistoryTables, 'minutes'>, now: () => number = Date.now) {
    this.#tables = tables;
    this.#now = now;
  }

  /** The oldest minute first; minutes without deliveries are left out. */
  async read(): Promise<MinuteCount[]> {
    const now = this.#now();
    // The clock was set back.
    if (now < this.#countedAt) this.forget();
    if (now - this.#countedAt >= REST * this.#lastedMs)
      this.#counting ??= this.#count(now).finally(() => {
        this.#counting = undefined;
      });
    await this.#counting;
    return [...this.#minutes.values()].sort((a, b) => a.at - b.at);
  }

  /** Old deliveries were changed: everything is counted again. */
  forget(): void {
    this.#minutes.clear();
    this.#countedAt = Number.NEGATIVE_INFINITY;
    this.#countedAfreshAt = Number.NEGATIVE_INFINITY;
    this.#countedFrom = Number.POSITIVE_INFINITY;
  }

  async #count(now: number): Promise<void> {
    if (now - this.#countedAfreshAt >= AFRESH_MS) {
      this.forget();
      this.#countedAfreshAt = now;
    }
    const began = performance.now();
    const first = now - DAY_MS;
    const thisHour = hourOf(now);
    for (const at of this.#minutes.keys()) if (at + MINUTE_MS <= first) this.#minutes.delete(at);
    // The hour that was counted last may not have been over.
    const again = new Set([...this.#minutes.values()].flatMap(({ at, pending }) => (pending > 0 ? [hourOf(at)] : [])));
    for (let hour = hourOf(Math.max(this.#countedAt, first)); hour <= thisHour; hour += HOUR_MS)
      if (hour >= this.#countedFrom) again.add(hour);
    for (const hour of [...again].sort((a, b) => b - a)) await this.#countHour(hour, first);
    let next = Math.min(this.#countedFrom, thisHour + HOUR_MS);
    while (next > first && (next > thisHour || performance.now() - began < COUNT_MS)) {
      next -= HOUR_MS;
      await this.#countHour(next, first);
      this.#countedFrom = next;
    }
    this.#countedAt = now;
    // There is more to count.
    this.#lastedMs = next > first ? 0 : performance.now() - began;
  }

  async #countHour(hour: number, first: number): Promise<void> {
    const rows = await this.#tables.minutes(Math.max(hour, first), hour + HOUR_MS);
    for (let at = hour; at < hour + HOUR_MS; at += MINUTE_MS) this.#minutes.delete(at);
    for (const { state, minute, count } of rows) {
      const at = Number(minute) * MINUTE_MS;
      let counted = this.#minutes.get(at);
      if (counted === undefined) {
        counted = { at, delivered: 0, dead: 0, pending: 0 };
        this.#minutes.set(at, counted);
      }
      counted[state as 'delivered' | 'dead' | 'pending'] = Number(count);
    }
  }
}

const hourOf = (at: number) => at - (at % HOUR_MS);
