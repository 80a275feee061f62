/** A smaller difference comes from the events' travel time, or from a service that was too busy to read. */
const SET_MS = 30_000;

/**
 * Asterisk's time: the time of its last event, plus the time since then by the monotonic clock. So time goes on for the
 * calls, however the clocks of this machine and of Asterisk's are set.
 */
export class AsteriskClock {
  #at: number | undefined;
  /** When the last event was read, by the monotonic clock. */
  #readAt = 0;

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#at === undefined ? Date.now() : this.#at + performance.now() - this.#readAt;
  }

  /**
   * An event says what time it is.
   * @returns by how many milliseconds the clock was set since the last one; 0: it was not
   */
  observe(at: number): number {
    const by = this.#at === undefined ? 0 : at - this.now;
    this.#at = at;
    this.#readAt = performance.now();
    return Math.abs(by) < SET_MS ? 0 : by;
  }
}
