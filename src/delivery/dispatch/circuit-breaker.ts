/** Failures in a row that open the breaker. */
const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * A circuit breaker for one target. *Closed*, it lets everything through; after some failures in a row it is *open* and
 * lets nothing through for a while; then it is *half open* and lets a single probe through, whose result closes it or
 * opens it again for twice as long. An attempt is known by any object that stands for it: one that began before it
 * opened may fail during the probe, which says nothing new.
 */
export class CircuitBreaker {
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Open until then (monotonic milliseconds); absent: closed. */
  #openUntil: number | undefined;
  /** The attempt that is the probe; absent: none is on its way. */
  #probe: object | undefined;

  get state(): 'closed' | 'open' | 'half open' {
    if (this.#openUntil === undefined) return 'closed';
    return this.#probe === undefined ? 'open' : 'half open';
  }

  /** How long nothing may be sent, in milliseconds; 0: an attempt may begin. Infinity: the probe is on its way. */
  blockedFor(now: number): number {
    if (this.#openUntil === undefined) return 0;
    return this.#probe === undefined ? Math.max(0, this.#openUntil - now) : Number.POSITIVE_INFINITY;
  }

  /** An attempt begins; while the breaker is open, it is the probe. */
  begin(attempt: object): void {
    if (this.#openUntil !== undefined) this.#probe = attempt;
  }

  /** The attempt was not sent after all, and says nothing about the target: another one may be the probe. */
  skipped(attempt: object): void {
    if (this.#probe === attempt) this.#probe = undefined;
  }

  /** Whichever attempt it was: the target works. */
  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openUntil = undefined;
    this.#probe = undefined;
  }

  failed(attempt: object, now: number): void {
    this.#failures++;
    if (this.#probe === attempt) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    else if (this.#failures < FAILURES_TO_OPEN || this.#openUntil !== undefined) return;
    this.#probe = undefined;
    this.#openUntil = now + this.#pauseMs;
  }
}
