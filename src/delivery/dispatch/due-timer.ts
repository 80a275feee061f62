import type { Clock } from '../clock.ts';

/** Calls back at the earliest of several moments, with one timer for all. */
export class DueTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #timer: { cancel(): void } | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param due by the monotonic clock; Infinity: never */
  arm(due: number): void {
    if (this.#stopped || due >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = due;
    this.#timer = this.#clock.after(due - this.#clock.monotonic(), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#onDue();
    });
  }

  /** Cancels the timer, for good. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }
}
