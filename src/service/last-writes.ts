import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxStore, Unwritten } from '../delivery/store.ts';

/** How often a disk that is full is tried again: somebody may be making room just now. */
const AGAIN_MS = 1000;

/**
 * Writes what waits for the disk, before the process ends and it is lost.
 * @param deadline until when it is tried, by the monotonic clock
 * @returns what could not be written; absent: all is on disk
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
