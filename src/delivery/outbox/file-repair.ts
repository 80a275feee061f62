import { rmSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../log.ts';
import { FileIdentities, remedyOf } from './file-identities.ts';
import { lockOutbox } from './lock-outbox.ts';
import type { Outbox } from './outbox.ts';
import { OverwriteDetector } from './overwrite-detector.ts';
import { rebuildOverwrittenFile } from './rebuild-overwritten-file.ts';
import { rewriteDeletedFile } from './rewrite-deleted-file.ts';

const LOOK_MS = 1000;
/** The pause after a repair that failed: copying a large outbox every second would be no help. */
const AGAIN_MS = 10_000;
/** Continues a sentence that begins with "the outbox". */
const REBUILDING = 'is written anew: its file was cut or overwritten';

export interface FileRepairOptions {
  path: string;
  outbox: Outbox;
  /** The database of the outbox. */
  database: DatabaseSync;
  /** Opens the database anew. */
  open(): DatabaseSync;
  /** Releases the lock on the outbox. */
  unlock(): void;
  log: Logger;
}

/**
 * Checks every second whether the outbox's files are still in their places, and repairs them. On Linux a deleted file
 * works on as long as it is open; when the process ends, everything pending would be gone. While the process runs, it
 * can write the whole outbox to the path again.
 */
export class OutboxFileRepair {
  readonly #options: FileRepairOptions;
  readonly #files: FileIdentities;
  #database: DatabaseSync;
  /** Absent while no file is open. */
  #overwriteDetector: OverwriteDetector | undefined;
  #unlock: () => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #problem: string | undefined;

  /** @param options of an outbox that was opened and locked just now */
  constructor(options: FileRepairOptions) {
    this.#options = options;
    this.#files = new FileIdentities(options.path);
    this.#database = options.database;
    this.#unlock = options.unlock;
    this.#overwriteDetector = new OverwriteDetector(options.path, options.database);
    options.outbox.setKeeper({
      pauseIfHarmed: () => this.#pauseIfHarmed(),
      committed: () => this.#committed(),
    });
  }

  /** Checks regularly, until it is closed. */
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

  /** Checks a last time, closes the outbox and releases the lock. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.check();
    this.#options.outbox.close();
    this.#overwriteDetector?.close();
    this.#unlock();
  }

  /** Checks now, or after the check under way, and repairs. */
  async check(): Promise<void> {
    this.#looking = this.#looking.then(async () => this.#check());
    return this.#looking;
  }

  async #check(): Promise<void> {
    const { path } = this.#options;
    try {
      const seen = await this.#files.look();
      if (seen.lock !== 'ours') this.#lockAgain();
      const remedy = seen.main === 'ours' && this.#overwriteDetector?.checkForHarm() ? 'rebuild' : remedyOf(seen);
      if (remedy === 'rebuild') await this.#rebuild();
      else if (remedy === 'rewrite') await this.#rewrite();
      else if (remedy === 'reopen') this.#emptyLog();
      else if (remedy === 'report')
        throw new Error(`another file was put in the place of ${path}. Move it away, and the outbox is brought back`);
      this.#allIsWell();
    } catch (error) {
      this.#report(error);
    }
  }

  async #rewrite(): Promise<void> {
    const { path, outbox, log } = this.#options;
    log.error(`the outbox ${path} was taken away while it was in use; it is brought back from what is still open`);
    outbox.pause('is brought back: its file was taken away');
    try {
      await rewriteDeletedFile(this.#database, path);
    } catch (error) {
      outbox.resume();
      throw error;
    }
    this.#reopen();
    log.warn(`the outbox ${path} is back; nothing was lost`);
  }

  /** Before the outbox uses its file. @returns whether it must not */
  #pauseIfHarmed(): boolean {
    try {
      if (!this.#overwriteDetector?.checkForHarm()) return false;
    } catch (error) {
      // A network disk has lost the file, or the disk is bad: if SQLite cannot use it either, it says so by itself.
      this.#report(error);
      return false;
    }
    this.#options.outbox.pause(REBUILDING);
    void this.check();
    return true;
  }

  #committed(): void {
    try {
      this.#overwriteDetector?.committed();
    } catch (error) {
      this.#report(error);
    }
  }

  /** The file was cut or overwritten: everything in memory goes to a new file. */
  async #rebuild(): Promise<void> {
    const { path, outbox, log } = this.#options;
    log.error(`the outbox ${path} was cut or overwritten while it was in use; what is pending goes to a new file`);
    outbox.pause(REBUILDING);
    const keptAs = `${path}.overwritten-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    const { size } = await stat(path);
    if (size > 0) await copyFile(path, keptAs);
    const harmed = this.#database;
    const lost = await rebuildOverwrittenFile(path, { harmed, ...outbox.known() }, () => rmSync(path, { force: true }));
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

  /** SQLite's log was deleted: its content goes to the database, before a new log begins. */
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
      this.#overwriteDetector?.close();
      this.#overwriteDetector = undefined;
      // A command that still has the deleted file open must not write to the log of the new one.
      this.#files.removeLog();
      this.#database = open();
      this.#overwriteDetector = new OverwriteDetector(this.#options.path, this.#database);
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

  #report(error: unknown): void {
    const { outbox, log } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
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
