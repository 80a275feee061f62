import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxStore, Unwritten } from '../delivery/store.ts';

/** How often a disk that is full is tried again: somebody may be making room just now. */
const AGAIN_MS = 1000;

/**
 * Writes the changes that wait for the disk, before the process ends and they are lost.
 * @param deadline the time of the last try, by the monotonic clock
 * @returns the changes that could not be written; absent: all are on disk
 */
export async function writeUntil(
  deadline: number,
  outbox: Pick<OutboxStore, 'flush' | 'unwritten'>,
): Promise<Unwritten | undefined> {
  for (;;) {
    await outbox.flush();
    const unwritten = outbox.unwritten();
    const left = deadline - performance.now();
    if (unwritten.changes === 0) return undefined;
    if (left <= 0) return unwritten;
    await sleep(Math.min(AGAIN_MS, left));
  }
}
