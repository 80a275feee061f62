import { rmSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../log.ts';
import { OutboxFiles, remedyOf } from './files.ts';
import { lockOutbox } from './lock.ts';
import { MainFile } from './main-file.ts';
import type { Outbox } from './outbox.ts';
import { rebuildOutbox } from './rebuild.ts';
import { restoreOutbox } from './restore.ts';

const LOOK_MS = 1000;
/** To copy a large outbox again and again would be no help. */
const AGAIN_MS = 10_000;
/** As one goes on after "the outbox". */
const REBUILDING = 'is written anew: its file was cut or overwritten';

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
  /** Absent while no file is open. */
  #main: MainFile | undefined;
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
    this.#main = new MainFile(options.path, options.database);
    options.outbox.setKeeper({
      pauseIfHarmed: () => this.#pauseIfHarmed(),
      committed: () => this.#main?.committed(),
    });
  }

  /** Looks again and again, until it is closed. */
  start(): void {
    this.#timer = setTimeout(
      () => {
        void this.check().then(() => {
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
    await this.check();
    this.#options.outbox.close();
    this.#main?.close();
    this.#unlock();
  }

  /** Looks now, or as soon as it has done with an earlier look, and does what helps. */
  async check(): Promise<void> {
    this.#looking = this.#looking.then(async () => this.#check());
    return this.#looking;
  }

  async #check(): Promise<void> {
    const { path } = this.#options;
    try {
      const seen = await this.#files.look();
      if (seen.lock !== 'ours') this.#lockAgain();
      const remedy = seen.main === 'ours' && this.#main?.checkForHarm() ? 'rebuild' : remedyOf(seen);
      if (remedy === 'rebuild') await this.#rebuild();
      else if (remedy === 'restore') await this.#restore();
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

  /** Before the outbox uses its file. @returns whether it must not */
  #pauseIfHarmed(): boolean {
    if (!this.#main?.checkForHarm()) return false;
    this.#options.outbox.pause(REBUILDING);
    void this.check();
    return true;
  }

  /** Its file was cut, or something else was written into it: what is known goes to a new one. */
  async #rebuild(): Promise<void> {
    const { path, outbox, log } = this.#options;
    log.error(`the outbox ${path} was cut or overwritten while it was in use; what is pending goes to a new file`);
    outbox.pause(REBUILDING);
    const keptAs = `${path}.overwritten-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    const { size } = await stat(path);
    if (size > 0) await copyFile(path, keptAs);
    const harmed = this.#database;
    const lost = await rebuildOutbox(path, { harmed, ...outbox.known() }, () => rmSync(path, { force: true }));
    outbox.countLost(lost);
    this.#reopen();
    const kept = size > 0 ? `. What was there is kept aside as ${keptAs}` : '';
    const history = `the history of settled deliveries begins anew${kept}`;
    if (lost === 0) log.warn(`the outbox ${path} is back; nothing that is pending was lost; ${history}`);
    else
      log.error(
        { lost },
        `the outbox ${path} is back, and ${lost} pending deliveries ARE LOST: they were in the file alone; ${history}`,
      );
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
      this.#main?.close();
      this.#main = undefined;
      // A command that still has the deleted file open must not write to the log of the new one.
      this.#files.removeLog();
      this.#database = open();
      this.#main = new MainFile(this.#options.path, this.#database);
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
