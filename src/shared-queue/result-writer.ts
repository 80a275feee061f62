import type { Claims, Result } from './claims.ts';

/** How long results may wait for others that go with them. */
const WRITE_MS = 5;
/** After this time the results are written again, when the queue could not be reached. */
const RETRY_MS = 1000;
/** So long a try lasts where the database's host does not answer, with what the worker does after it. */
const LONGEST_TRY_MS = 8000;
/** That something was tried is said no more often: a notification takes a lock of the whole database. */
const ANNOUNCE_MS = 250;

export interface ResultWriterOptions {
  claims: Pick<Claims, 'write' | 'announce'>;
  /** Called once results of these sources are in the database. */
  onWritten(sources: ReadonlySet<string>): void;
  /** They cannot be written now; tried again. */
  onTrouble(error: Error): void;
}

/** Writes what came of a worker's attempts into the queue, what comes together in one statement. */
export class ResultWriter {
  readonly #options: ResultWriterOptions;
  /** What is not in the database yet. */
  readonly #results: Result[] = [];
  #writing: Promise<void> | undefined;
  #announcing: NodeJS.Timeout | undefined;
  /** When all has to be over, by the monotonic clock. */
  #deadline = Number.POSITIVE_INFINITY;

  constructor(options: ResultWriterOptions) {
    this.#options = options;
  }

  add(results: readonly Result[]): void {
    if (results.length === 0) return;
    this.#results.push(...results);
    this.#writing ??= this.#writeAll();
  }

  /**
   * Writes what is left; from now on no page is notified. What is not written in time is sent again by another worker.
   * @param deadline when it has to be over, by the monotonic clock
   */
  async stop(deadline: number): Promise<void> {
    this.#deadline = deadline;
    clearTimeout(this.#announcing);
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#results.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
      await this.#write(this.#results.splice(0));
    }
    this.#writing = undefined;
  }

  /** For as long as that takes: what was delivered must not be sent again. */
  async #write(results: readonly Result[]): Promise<void> {
    for (;;) {
      try {
        await this.#options.claims.write(results);
        break;
      } catch (error) {
        this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)));
        // systemd ends a worker whose stop takes longer, and then nothing of it is released.
        if (performance.now() + RETRY_MS + LONGEST_TRY_MS > this.#deadline) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#options.onWritten(new Set(results.map(({ source }) => source)));
    this.#announceSoon();
  }

  #announceSoon(): void {
    if (this.#deadline !== Number.POSITIVE_INFINITY) return;
    this.#announcing ??= setTimeout(() => {
      this.#announcing = undefined;
      // It is a hint.
      void this.#options.claims.announce().catch(() => undefined);
    }, ANNOUNCE_MS);
  }
}
