import { type BigIntStats, realpathSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { nodeErrorCode } from '../../node-error-code.ts';

/** The outbox's files: the database, SQLite's log and its index, and the lock file. */
const OUTBOX_FILES = ['main', 'wal', 'shm', 'lock'] as const;
type OutboxFile = (typeof OUTBOX_FILES)[number];

/** Compares the file at a path with the open file: the same, none, or another one. */
export type Seen = 'ours' | 'gone' | 'foreign';

/** The repair that the files need. */
export type Remedy = 'none' | 'report' | 'rewrite' | 'reopen';

/**
 * The repair for this state. A deleted database is written again. If only the log was deleted, the database is opened
 * anew: it would be left in the state when SQLite last emptied the log into it. Another process's file is never
 * overwritten.
 */
export function remedyOf({ main, wal, shm }: Record<'main' | 'wal' | 'shm', Seen>): Remedy {
  if (main === 'foreign') return 'report';
  if (main === 'gone') return wal === 'foreign' || shm === 'foreign' ? 'report' : 'rewrite';
  return wal === 'ours' && shm === 'ours' ? 'none' : 'reopen';
}

/** The files of an open outbox, identified by device and inode, whatever happens to their names. */
export class FileIdentities {
  readonly #paths: Record<OutboxFile, string>;
  readonly #known = new Map<OutboxFile, string | undefined>();

  /** @param path of the database, which is open and locked */
  constructor(path: string) {
    // SQLite has its files beside the file that a link leads to.
    const real = realpathSync(path);
    this.#paths = { main: path, wal: `${real}-wal`, shm: `${real}-shm`, lock: `${path}.lock` };
    for (const file of OUTBOX_FILES) this.remember(file);
  }

  /** Takes the present file for ours. */
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

/** The least size of the index of SQLite's log: https://www.sqlite.org/walformat.html */
const INDEX_BYTES = 32_768;

/**
 * Whether the index of SQLite's log is shorter than any that a process leaves behind, however it ends. It is mapped
 * into the memory of the process, so the kernel ends a process whose index is cut, and only the next process can report
 * it.
 */
export function wasIndexCut(path: string): boolean {
  const sizeOf = (suffix: string) => statSync(path + suffix, { throwIfNoEntry: false })?.size;
  return (sizeOf('-wal') ?? 0) > 0 && (sizeOf('-shm') ?? INDEX_BYTES) < INDEX_BYTES;
}
