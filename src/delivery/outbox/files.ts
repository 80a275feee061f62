import { type BigIntStats, realpathSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { nodeErrorCode } from '../../node-error-code.ts';

/** The outbox's files: the database, SQLite's two beside it, and the one that is locked. */
const OUTBOX_FILES = ['main', 'wal', 'shm', 'lock'] as const;
type OutboxFile = (typeof OUTBOX_FILES)[number];

/** Whether the file that is open is the one that the path names: it is, there is none, or it is another one. */
export type Seen = 'ours' | 'gone' | 'foreign';

/** What is to be done about the files. */
export type Remedy = 'none' | 'report' | 'restore' | 'reopen';

/**
 * What helps. A database that is gone is brought back. Without its log, a database would be left with what it was when
 * SQLite last emptied the log into it: it is opened anew. What another process has put there is never overwritten.
 */
export function remedyOf({ main, wal, shm }: Record<'main' | 'wal' | 'shm', Seen>): Remedy {
  if (main === 'foreign') return 'report';
  if (main === 'gone') return wal === 'foreign' || shm === 'foreign' ? 'report' : 'restore';
  return wal === 'ours' && shm === 'ours' ? 'none' : 'reopen';
}

/** The files of an outbox that is open, known again by device and inode whatever becomes of their names. */
export class OutboxFiles {
  readonly #paths: Record<OutboxFile, string>;
  readonly #known = new Map<OutboxFile, string | undefined>();

  /** @param path of the database, which is open and locked */
  constructor(path: string) {
    // SQLite has them beside the file that a link leads to.
    const real = realpathSync(path);
    this.#paths = { main: path, wal: `${real}-wal`, shm: `${real}-shm`, lock: `${path}.lock` };
    for (const file of OUTBOX_FILES) this.remember(file);
  }

  /** Takes what is there now for ours. */
  remember(file: OutboxFile): void {
    this.#known.set(file, identityOf(statSync(this.#paths[file], { bigint: true, throwIfNoEntry: false })));
  }

  /** Removes the log and its index, once they are no longer in use here. */
  removeLog(): void {
    for (const file of ['wal', 'shm'] as const) rmSync(this.#paths[file], { force: true });
  }

  async look(): Promise<Record<OutboxFile, Seen>> {
    const seen = OUTBOX_FILES.map(async (file) => [file, await this.#compare(file)] as const);
    return Object.fromEntries(await Promise.all(seen)) as Record<OutboxFile, Seen>;
  }

  async #compare(file: OutboxFile): Promise<Seen> {
    try {
      const identity = identityOf(await stat(this.#paths[file], { bigint: true }));
      return identity === this.#known.get(file) ? 'ours' : 'foreign';
    } catch (error) {
      if (nodeErrorCode(error) === 'ENOENT') return 'gone';
      throw error;
    }
  }
}

const identityOf = (stats: BigIntStats | undefined) => stats && `${stats.dev}:${stats.ino}`;

/** As much of SQLite's index of its log as there is at least: https://www.sqlite.org/walformat.html */
const INDEX_BYTES = 32_768;

/**
 * Whether the index of SQLite's log is shorter than any that a process leaves behind, however it ends. It is mapped into the
 * memory of the process, so one that uses it when it is cut is ended by the kernel, and only the next one can say so.
 */
export function wasIndexCut(path: string): boolean {
  const sizeOf = (suffix: string) => statSync(path + suffix, { throwIfNoEntry: false })?.size;
  return (sizeOf('-wal') ?? 0) > 0 && (sizeOf('-shm') ?? INDEX_BYTES) < INDEX_BYTES;
}
