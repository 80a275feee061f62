const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** Why the outbox cannot be written now, and when it is tried again: later and later, until it is written. */
export class WriteRetry {
  readonly #retry: () => void;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #reason: string | undefined;

  /** @param retry tries to write */
  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** Absent: it can be written. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Writing has failed, once more or for the first time. */
  failed({ message }: Error): void {
    this.#reason = message;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#retry, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /** It was written. @returns whether there was trouble before */
  end(): boolean {
    if (this.#reason === undefined) return false;
    this.#reason = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    return true;
  }

  /** It is not tried again. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
