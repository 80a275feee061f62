import { backup, type DatabaseSync } from 'node:sqlite';
import { createDatabaseFile } from './create-database-file.ts';

/** Pages copied in one step, during which no other process can read: 4 MB take some milliseconds. */
const PAGES_AT_ONCE = 1000;

/**
 * Writes an open database, whose file was deleted, to its path again; SQLite syncs it. Nothing may be written to it
 * meanwhile. The path has all of it or nothing, and what another process has put there stays.
 * @throws when that is so, or the disk does not let it
 */
export async function rewriteDeletedFile(database: DatabaseSync, path: string): Promise<void> {
  await createDatabaseFile(path, (copy) => backup(database, copy, { rate: PAGES_AT_ONCE }));
}
