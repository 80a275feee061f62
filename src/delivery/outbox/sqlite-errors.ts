/**
 * Codes for a change that can never be written: SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE. All others (a full
 * disk, a bad disk, a deleted file, a lock) are about the disk, and may pass.
 */
const WRONG_CHANGE = new Set([1, 18, 19, 20, 25]);

/** SQLITE_BUSY, NOMEM, INTERRUPT, IOERR, FULL: the database may open a little later. */
const PASSING = new Set([5, 7, 9, 10, 13]);

/** SQLite's primary result code; absent when the error did not come from SQLite. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

/** Whether the disk is to blame, and not the change. */
export function isStorageError(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code !== undefined && !WRONG_CHANGE.has(code);
}

/**
 * Whether a database that could not be opened is worth another try: the disk is full, or another process has it for
 * now.
 */
export function isTransient(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  if (code !== undefined) return PASSING.has(code);
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC';
}

/** What was thrown, as an error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
