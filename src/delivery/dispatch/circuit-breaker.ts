/** Failures in a row that open the breaker. */
const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * A circuit breaker for one target. *Closed*, it lets everything through; after some failures in a row it is *open* and
 * lets nothing through for a while; then it is *half open* and lets a single probe through, whose result closes it or
 * opens it again for twice as long.
 */
export class CircuitBreaker {
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Open until then (monotonic milliseconds); absent: closed. */
  #openUntil: number | undefined;
  #probing = false;

  get state(): 'closed' | 'open' | 'half open' {
    if (this.#openUntil === undefined) return 'closed';
    return this.#probing ? 'half open' : 'open';
  }

  /** How long nothing may be sent, in milliseconds; 0: an attempt may begin. Infinity: the probe is on its way. */
  blockedFor(now: number): number {
    if (this.#openUntil === undefined) return 0;
    return this.#probing ? Number.POSITIVE_INFINITY : Math.max(0, this.#openUntil - now);
  }

  /** An attempt begins; while the breaker is open, it is the probe. */
  begin(): void {
    if (this.#openUntil !== undefined) this.#probing = true;
  }

  /** The attempt was not sent after all, and says nothing about the target: another one may be the probe. */
  probeSkipped(): void {
    this.#probing = false;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openUntil = undefined;
    this.#probing = false;
  }

  failed(now: number): void {
    this.#failures++;
    if (this.#probing) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    else if (this.#failures < FAILURES_TO_OPEN || this.#openUntil !== undefined) return;
    this.#probing = false;
    this.#openUntil = now + this.#pauseMs;
  }
}
