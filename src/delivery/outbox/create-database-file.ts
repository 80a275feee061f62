import { closeSync, linkSync, openSync, rmSync } from 'node:fs';

/**
 * Puts a database at a path: all of it or nothing.
 * @param write writes it to an empty file beside the path
 * @param makeRoom is called when that is ready: it removes what is at the path; left out: what is there stays
 * @throws what these throw, and when something is at the path
 */
export async function createDatabaseFile<Result>(
  path: string,
  write: (copy: string) => Promise<Result>,
  makeRoom: () => void = () => undefined,
): Promise<Result> {
  const copy = `${path}.restoring`;
  const remove = () => {
    for (const suffix of ['', '-journal']) rmSync(copy + suffix, { force: true });
  };
  remove();
  try {
    // The requests may contain secrets.
    closeSync(openSync(copy, 'wx', 0o600));
    const result = await write(copy);
    makeRoom();
    // Unlike a rename it replaces nothing. The folder is synced with the first change that SQLite writes there.
    linkSync(copy, path);
    return result;
  } finally {
    remove();
  }
}
