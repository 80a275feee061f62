/**
 * Starts and stops a service, never both at once, however often and whenever these are called:
 *
 *     stopped ──start()──▶ starting ──▶ running ──stop()──▶ stopping ──▶ stopped
 *
 * A start waits for a stop that is under way, then starts. A stop aborts a start that is under way, also one that still
 * waits, and stops what it has started. Two calls of the same in a row are one.
 */
export class Lifecycle {
  readonly #onStart: (signal: AbortSignal) => Promise<void>;
  readonly #onStop: () => Promise<boolean>;
  #starting: Promise<void> | undefined;
  #stopping: Promise<boolean> | undefined;
  /** Of the last start. */
  #abort = new AbortController();

  /**
   * @param onStart leaves nothing running when it throws; returns early when its signal is aborted
   * @param onStop stops what runs, if anything
   */
  constructor(onStart: (signal: AbortSignal) => Promise<void>, onStop: () => Promise<boolean>) {
    this.#onStart = onStart;
    this.#onStop = onStop;
  }

  /** Resolves when it runs, or was stopped before. @throws what the start throws; it may then be tried again */
  async start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** @returns what the stop gives */
  async stop(): Promise<boolean> {
    this.#abort.abort();
    const starting = this.#starting;
    // A start that comes from here on is another one.
    this.#starting = undefined;
    this.#stopping ??= this.#stop(starting);
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    // A stop that fails does so for its own caller.
    if (this.#stopping !== undefined) await this.#stopping.catch(() => undefined);
    if (abort.signal.aborted) return;
    try {
      await this.#onStart(abort.signal);
    } catch (error) {
      if (this.#abort === abort) this.#starting = undefined;
      throw error;
    }
  }

  async #stop(starting: Promise<void> | undefined): Promise<boolean> {
    await starting?.catch(() => undefined);
    try {
      return await this.#onStop();
    } finally {
      this.#stopping = undefined;
    }
  }
}
