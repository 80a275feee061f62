import type { Clock } from '../clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** Tells of things when they are due, with one timer for all of them. */
export class DueTimer<Thing> {
  readonly #clock: Clock;
  readonly #onDue: (things: Thing[]) => void;
  readonly #queue = new TimerHeap<Thing>();
  #timer: { cancel(): void } | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock, onDue: (things: Thing[]) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** For how many milliseconds something has been due and was not told of: 0 while all is well. */
  get overdueMs(): number {
    return this.#stopped ? 0 : Math.max(0, this.#clock.monotonic() - this.#queue.nextDue);
  }

  /** @param due by the monotonic clock */
  set(due: number, thing: Thing): void {
    this.#queue.push(due, thing);
    this.#arm();
  }

  /** Tells of nothing more, and keeps no process alive. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    const { nextDue } = this.#queue;
    if (this.#stopped || nextDue >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = nextDue;
    this.#timer = this.#clock.after(nextDue - this.#clock.monotonic(), () => this.#ring());
  }

  #ring(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    const due: Thing[] = [];
    for (let thing = this.#queue.shift(now); thing !== undefined; thing = this.#queue.shift(now)) due.push(thing);
    this.#arm();
    this.#onDue(due);
  }
}
