import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { cannotOpen, OutboxError } from './open-outbox.ts';
import { sqliteCodeOf } from './sqlite-errors.ts';

const SQLITE_BUSY = 5;

/**
 * Makes sure that only one service has the outbox: two would send everything twice. The kernel locks a file beside it,
 * so the lock is gone when the process ends, however it ends.
 * @returns a function that releases it
 * @throws OutboxError when another service has it
 */
export function lockOutbox(path: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    const taken = lock;
    return () => taken.close();
  } catch (cause) {
    lock?.close();
    if (sqliteCodeOf(cause) !== SQLITE_BUSY) throw cannotOpen(`${path}.lock`, cause);
    throw new OutboxError(
      'OUTBOX_IN_USE',
      `another call-events runs with the outbox ${path}; two would send everything twice`,
      {
        cause,
      },
    );
  }
}
