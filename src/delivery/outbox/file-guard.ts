import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../log.ts';
import { OutboxFiles, remedyOf } from './files.ts';
import { lockOutbox } from './lock.ts';
import type { Outbox } from './outbox.ts';
import { restoreOutbox } from './restore.ts';

const LOOK_MS = 1000;
/** To copy a large outbox again and again would be no help. */
const AGAIN_MS = 10_000;

export interface FileGuardOptions {
  path: string;
  outbox: Outbox;
  /** What the outbox writes to. */
  database: DatabaseSync;
  /** Opens it anew. */
  open(): DatabaseSync;
  /** Releases the lock on it. */
  unlock(): void;
  log: Logger;
}

/**
 * Looks now and then whether the outbox's files are still where they were. On Linux a file can be deleted while it is
 * written: all goes well, until the process ends and everything pending is gone. While it runs, all of it is still
 * there to be written to the path again.
 */
export class OutboxFileGuard {
  readonly #options: FileGuardOptions;
  readonly #files: OutboxFiles;
  #database: DatabaseSync;
  #unlock: () => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #problem: string | undefined;

  /** @param options of an outbox that was opened and locked just now */
  constructor(options: FileGuardOptions) {
    this.#options = options;
    this.#files = new OutboxFiles(options.path);
    this.#database = options.database;
    this.#unlock = options.unlock;
  }

  /** Looks again and again, until it is closed. */
  start(): void {
    this.#timer = setTimeout(
      () => {
        this.#looking = this.check().then(() => {
          if (this.#timer !== undefined) this.start();
        });
      },
      this.#problem === undefined ? LOOK_MS : AGAIN_MS,
    );
  }

  /** Looks a last time, closes the outbox and releases the lock. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    await this.check();
    this.#options.outbox.close();
    this.#unlock();
  }

  /** Looks now, and does what helps. */
  async check(): Promise<void> {
    const { path } = this.#options;
    try {
      const seen = await this.#files.look();
      if (seen.lock !== 'ours') this.#lockAgain();
      const remedy = remedyOf(seen);
      if (remedy === 'restore') await this.#restore();
      else if (remedy === 'reopen') this.#emptyLog();
      else if (remedy === 'report')
        throw new Error(`another file was put in the place of ${path}. Move it away, and the outbox is brought back`);
      this.#allIsWell();
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  async #restore(): Promise<void> {
    const { path, outbox, log } = this.#options;
    log.error(`the outbox ${path} was taken away while it was in use; it is brought back from what is still open`);
    outbox.pause('is brought back: its file was taken away');
    try {
      await restoreOutbox(this.#database, path);
    } catch (error) {
      outbox.resume();
      throw error;
    }
    this.#reopen();
    log.warn(`the outbox ${path} is back; nothing was lost`);
  }

  /** SQLite's log is gone: what is in it goes to the database, before another begins. */
  #emptyLog(): void {
    const { path, log } = this.#options;
    const done = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    if (done?.log !== done?.checkpointed)
      throw new Error(`${path}-wal or ${path}-shm is gone, and another process reads it`);
    this.#reopen();
    log.error(`${path}-wal or ${path}-shm was taken away while it was in use; nothing was lost. Leave them alone`);
  }

  #reopen(): void {
    const { outbox, open } = this.#options;
    outbox.reopen(() => {
      // A command that still has the deleted file open must not write to the log of the new one.
      this.#files.removeLog();
      this.#database = open();
      for (const file of ['main', 'wal', 'shm'] as const) this.#files.remember(file);
      return this.#database;
    });
  }

  /** @throws OutboxError when another service has taken the lock meanwhile */
  #lockAgain(): void {
    const { path, log } = this.#options;
    const unlock = lockOutbox(path);
    this.#unlock();
    this.#unlock = unlock;
    this.#files.remember('lock');
    log.warn(`${path}.lock was taken away while it was in use; it is there again`);
  }

  #report(reason: string): void {
    const { outbox, log } = this.#options;
    outbox.setFileProblem(`is at risk: ${reason}`);
    if (reason !== this.#problem)
      log.error(`the outbox is at risk: ${reason}. What is pending is lost if the service ends before`);
    this.#problem = reason;
  }

  #allIsWell(): void {
    const { outbox, log, path } = this.#options;
    outbox.setFileProblem(undefined);
    if (this.#problem !== undefined) log.warn(`the outbox ${path} is as it should be again`);
    this.#problem = undefined;
  }
}
