import type { PendingDelivery } from './pending-delivery.ts';

/** What takes deliveries out of the outbox: the dispatcher, which sends them, or what moves them into a shared queue. */
export interface Outlet {
  /** Deliveries on their way, and how old the oldest is in milliseconds. */
  readonly queue: { depth: number; oldestMs: number; running: number };
  /** For how many milliseconds something has been due and was not looked at: 0 while all is well. */
  readonly overdueMs: number;
  /** Why nothing leaves the outbox now; absent: all is well. */
  readonly trouble?: Error | undefined;
  /** A copy of all that is not settled; of each leg in its order. */
  pending(): PendingDelivery[];
  /** @param pending all that is pending on disk, where everything is that was written here */
  reconcile(pending: readonly PendingDelivery[]): void;
  /** @param madeAt when it was made, by the monotonic clock. Absent: in another run */
  add(pending: PendingDelivery, madeAt?: number): void;
  rulesChanged(): void;
  /** Begins nothing more, and lets what runs come to its end. @returns whether it did, in time */
  drain(withinMs: number): Promise<boolean>;
}
