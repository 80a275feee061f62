import type { OutboxChange } from '../outbox-change.ts';
import type { Unwritten } from '../store.ts';

/** Changes wait in memory for a disk that is full; beyond this many the oldest are dropped, counted and reported. */
const MOST_UNWRITTEN = 100_000;

/** The changes that are not on disk yet, in order. */
export class UnwrittenChanges {
  list: OutboxChange[] = [];
  /** How many changes were dropped, plus the deliveries that were lost with a file. */
  dropped = 0;
  /** Since when there has always been one, by the monotonic clock. */
  #since = 0;

  get count(): number {
    return this.list.length;
  }

  /** For how long something has waited, in milliseconds; 0: nothing waits. */
  get waitedMs(): number {
    return this.list.length === 0 ? 0 : performance.now() - this.#since;
  }

  add(change: OutboxChange): void {
    if (this.list.length === 0) this.#since = performance.now();
    this.list.push(change);
  }

  unwritten(): Unwritten {
    const deliveries = this.list.flatMap((change) => change.deliveries ?? []);
    const legs = new Set(deliveries.map(({ callId, legKey }) => `${callId} ${legKey}`));
    return { changes: this.list.length, deliveries: deliveries.length, legs: legs.size };
  }

  /** Drops the oldest changes beyond the limit. */
  dropOldest(): void {
    const tooMany = this.list.length - MOST_UNWRITTEN;
    if (tooMany <= 0) return;
    this.list.splice(0, tooMany);
    this.dropped += tooMany;
  }
}
