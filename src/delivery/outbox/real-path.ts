import { lstatSync, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { cannotOpen } from './open-outbox.ts';

/** Links followed one after the other: more are a circle. */
const MOST_LINKS = 40;

/**
 * The file that a path leads to, which need not be there yet; its folder is made. The lock and SQLite's other files
 * belong beside that file.
 * @throws OutboxError
 */
export function realOutboxPath(path: string): string {
  try {
    return follow(path, MOST_LINKS);
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

function follow(path: string, links: number): string {
  mkdirSync(dirname(path), { recursive: true });
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() && links > 0) return follow(resolve(dirname(path), readlinkSync(path)), links - 1);
  return join(realpathSync(dirname(path)), basename(path));
}

const LOCKED_AS = 'lockedAs';

/** Writes the path of its lock into the outbox, for a service that opens it through another hard link. */
export function nameLock(database: DatabaseSync, path: string): void {
  database.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)').run(LOCKED_AS, path);
  // Under another name the file has another log: the path must be in the file itself to be found.
  database.exec('PRAGMA wal_checkpoint(PASSIVE)');
}

/**
 * The other path, a hard link to the same file, under which a service has locked this outbox last; absent: there is
 * none.
 */
export function otherNameOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.nlink < 2) return undefined;
  const other = nameIn(path);
  if (other === undefined || other === path) return undefined;
  const theirs = statSync(other, { throwIfNoEntry: false });
  return theirs?.ino === stats.ino && theirs.dev === stats.dev ? other : undefined;
}

function nameIn(path: string): string | undefined {
  const url = pathToFileURL(path);
  // Without locks and without a log, so that the other service is not disturbed.
  url.searchParams.set('immutable', '1');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(url, { readOnly: true });
    const row = database.prepare('SELECT value FROM facts WHERE name = ?').get(LOCKED_AS);
    return row && String(row.value);
  } catch {
    // No outbox, or a damaged one: opening it reports that.
    return undefined;
  } finally {
    database?.close();
  }
}
