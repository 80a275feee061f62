import { DatabaseSync } from 'node:sqlite';
import { OutboxError } from './open-outbox.ts';

/**
 * Makes sure that one service has the outbox: two would send everything twice. The lock is the kernel's, on a file
 * beside it, so it is gone with the process however that ends.
 * @returns a function that gives it back
 * @throws OutboxError when another service has it
 */
export function lockOutbox(path: string): () => void {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new OutboxError(`another call-events runs with the outbox ${path}; two would send everything twice`, {
      cause: error,
    });
  }
  return () => lock.close();
}
