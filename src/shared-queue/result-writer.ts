import type { Claims, Result } from './claims.ts';

/** How long results may wait for others that go with them. */
const WRITE_MS = 5;
/** The queue cannot be reached. */
const RETRY_MS = 1000;
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
  #stopped = false;
  #writing: Promise<void> | undefined;
  #announcing: NodeJS.Timeout | undefined;

  constructor(options: ResultWriterOptions) {
    this.#options = options;
  }

  add(results: readonly Result[]): void {
    this.#results.push(...results);
    this.#writing ??= this.#writeSoon();
  }

  /** From now on nothing is tried again, and nobody is notified. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#announcing);
  }

  /** Writes the results, for as long as that takes: what was delivered must not be sent again. */
  async write(): Promise<void> {
    const results = this.#results.splice(0);
    if (results.length === 0) return;
    for (;;) {
      try {
        await this.#options.claims.write(results);
        break;
      } catch (error) {
        this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)));
        if (this.#stopped) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#options.onWritten(new Set(results.map(({ source }) => source)));
    this.#announceSoon();
  }

  async #writeSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
    await this.write();
    this.#writing = undefined;
    if (this.#results.length > 0) this.#writing = this.#writeSoon();
  }

  #announceSoon(): void {
    if (this.#stopped) return;
    this.#announcing ??= setTimeout(() => {
      this.#announcing = undefined;
      // It is a hint.
      void this.#options.claims.announce().catch(() => undefined);
    }, ANNOUNCE_MS);
  }
}
