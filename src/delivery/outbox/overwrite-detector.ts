import { randomInt } from 'node:crypto';
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** https://www.sqlite.org/fileformat.html#the_database_header */
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const PAGE_SIZE_AT = 16;
const PAGES_AT = 28;
/** SQLite's `application_id`. */
const MARK_AT = 68;

/**
 * Notices that the database's file was overwritten in place (`> outbox.db`, `cp` of a backup), by its size and by a
 * mark in its header. The inode stays the same then, and SQLite, which has much of the file in memory and in its log,
 * goes on for a while. The mark changes each time that SQLite has emptied its log into the file, so an older copy has
 * another one. As long as nobody has written, a check costs one system call.
 */
export class OverwriteDetector {
  /** Open until the database is closed: to close it before would release the locks that SQLite has on the file. */
  readonly #descriptor: number;
  readonly #database: DatabaseSync;
  /** The marks that the header may have: as last seen, and as it is once the log is emptied into the file. */
  #marks: number[] = [];
  #seen: Pick<BigIntStats, 'size' | 'mtimeNs'> = { size: 0n, mtimeNs: 0n };

  /** @param database that was opened just now at this path, and is closed before {@link close} */
  constructor(path: string, database: DatabaseSync) {
    this.#descriptor = openSync(path, 'r');
    this.#database = database;
    const mark = this.#readHeader()?.mark;
    if (mark !== undefined) this.#marks = [mark];
    this.#mark();
  }

  /** Checks the file. @returns whether another process has cut or overwritten it */
  checkForHarm(): boolean {
    const stats = fstatSync(this.#descriptor, { bigint: true });
    const { size, mtimeNs } = this.#seen;
    if (stats.size === size && stats.mtimeNs === mtimeNs) return false;
    const header = this.#readHeader();
    if (header === undefined || !this.#marks.includes(header.mark)) return true;
    // After a VACUUM the file is shorter, and intact.
    if (stats.size < size && Number(stats.size) < header.bytes) return true;
    // SQLite has emptied its log into it, here or in a command beside the service.
    this.#seen = stats;
    return false;
  }

  /** To be called after each commit. Harm to the file before that is noticed all the same. */
  committed(): void {
    const before = this.#seen;
    if (!this.checkForHarm() && this.#seen !== before) this.#mark();
  }

  /** After the database was closed. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #mark(): void {
    const next = randomInt(1, 2 ** 31);
    try {
      this.#database.exec(`PRAGMA application_id = ${next}; PRAGMA wal_checkpoint(PASSIVE)`);
    } catch {
      // A full disk: the old mark stays, and the next write reports it.
    }
    this.#marks.push(next);
    if (this.checkForHarm()) return;
    const now = this.#readHeader()?.mark;
    this.#marks = now === undefined || now === next ? [next] : [now, next];
  }

  /** The size and mark in the header; absent when the file is no database. */
  #readHeader(): { mark: number; bytes: number } | undefined {
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(this.#descriptor, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return undefined;
    if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
    const pageSize = header.readUInt16BE(PAGE_SIZE_AT);
    const bytes = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(PAGES_AT);
    return { mark: header.readInt32BE(MARK_AT), bytes };
  }
}
