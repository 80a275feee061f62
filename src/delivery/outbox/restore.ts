import { closeSync, linkSync, openSync, rmSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';

/** Copied at once, and no one can read meanwhile: 4 MB take some milliseconds. */
const PAGES_AT_ONCE = 1000;

/**
 * Writes an open database, whose file was deleted, to its path again; SQLite syncs it. Nothing may be written to it
 * meanwhile. The path has all of it or nothing, and what another process has put there stays.
 * @throws when that is so, or the disk does not let it
 */
export async function restoreOutbox(database: DatabaseSync, path: string): Promise<void> {
  const copy = `${path}.restoring`;
  const remove = () => {
    for (const suffix of ['', '-journal']) rmSync(copy + suffix, { force: true });
  };
  remove();
  try {
    // The requests may contain secrets.
    closeSync(openSync(copy, 'wx', 0o600));
    await backup(database, copy, { rate: PAGES_AT_ONCE });
    // Unlike a rename it replaces nothing. The folder is synced with the first change that SQLite writes there.
    linkSync(copy, path);
  } finally {
    remove();
  }
}
