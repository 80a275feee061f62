import { type Clock, systemClock } from '../delivery/clock.ts';

/** The database's clock: retry windows are counted by it, whatever the clocks of the hosts say. */
export class DatabaseClock implements Clock {
  #aheadMs = Date.now() - performance.now();

  /** @param now the database's, milliseconds since 1970 */
  learn(now: number): void {
    this.#aheadMs = now - performance.now();
  }

  now(): number {
    return Math.round(performance.now() + this.#aheadMs);
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(ms: number, callback: () => void): { cancel(): void } {
    return systemClock.after(ms, callback);
  }

  random(): number {
    return systemClock.random();
  }
}
