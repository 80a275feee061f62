import type { Clock } from '../clock.ts';

/** Calls back at the earliest of the moments that it was armed for, with one timer for all of them. */
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

  /** Calls back no more, and keeps no process alive. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }
}
