import type { Change } from '../change.ts';
import type { Unwritten } from '../store.ts';

/** Changes wait in memory for a disk that is full; beyond this many the oldest are dropped, counted and reported. */
const MOST_UNWRITTEN = 100_000;

/** The changes that are not on disk yet, in order. */
export class WaitingChanges {
  list: Change[] = [];
  /** How many were dropped, and deliveries that were lost with a file. */
  dropped = 0;

  get count(): number {
    return this.list.length;
  }

  unwritten(): Unwritten {
    const deliveries = this.list.flatMap((change) => change.deliveries ?? []);
    const legs = new Set(deliveries.map(({ callId, legKey }) => `${callId} ${legKey}`));
    return { changes: this.list.length, deliveries: deliveries.length, legs: legs.size };
  }

  /** Drops what is too much. */
  dropOldest(): void {
    const tooMany = this.list.length - MOST_UNWRITTEN;
    if (tooMany <= 0) return;
    this.list.splice(0, tooMany);
    this.dropped += tooMany;
  }
}
