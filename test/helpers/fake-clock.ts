import type { Clock } from '../../src/delivery/clock.ts';

/** A clock that moves only when a test moves it. Setting the wall clock moves no timer. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #monotonic = 0;
  #timers: { at: number; callback: () => void }[] = [];
  /** Lets what follows from a timer come to its end. */
  readonly #runDue: () => Promise<void>;

  constructor(runDue: () => Promise<void> = runWhatIsDue) {
    this.#runDue = runDue;
  }

  /** What `random` gives: 0.5 is no jitter. */
  chance = 0.5;

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  random(): number {
    return this.chance;
  }

  /** Timers that are set. */
  get waiting(): number {
    return this.#timers.length;
  }

  after(ms: number, callback: () => void): { cancel(): void } {
    const timer = { at: this.#monotonic + Math.max(ms, 0), callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      },
    };
  }

  /** Somebody sets the machine's clock. */
  setWall(by: number): void {
    this.#now += by;
  }

  /** Time passes; what is due happens on the way, and everything that follows from it. */
  async pass(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.#runDue();
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now += Math.max(0, next.at - this.#monotonic);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.callback();
      await this.#runDue();
    }
    this.#now += end - this.#monotonic;
    this.#monotonic = end;
    await this.#runDue();
  }
}

/** Lets promises and what is scheduled for this turn come to their end. */
async function runWhatIsDue(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
