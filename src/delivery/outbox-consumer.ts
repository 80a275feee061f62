import type { PendingDelivery } from './pending-delivery.ts';

/** Takes deliveries out of the outbox: the dispatcher sends them, the relay moves them into a shared queue. */
export interface OutboxConsumer {
  /** Deliveries on their way, and how old the oldest is in milliseconds. */
  readonly queue: { depth: number; oldestMs: number; running: number };
  /** For how many milliseconds a delivery has been due without being handled: 0 while all is well. */
  readonly overdueMs: number;
  /** Why nothing leaves the outbox now; absent: all is well. */
  readonly trouble?: Error | undefined;
  /** A copy of all deliveries that are not settled; those of each leg in their order. */
  pending(): PendingDelivery[];
  /** @param pending all pending deliveries on disk, which has everything that was written here */
  reconcile(pending: readonly PendingDelivery[]): void;
  /** @param madeAt when it was made, by the monotonic clock. Absent: in another run */
  add(pending: PendingDelivery, madeAt?: number): void;
  rulesChanged(): void;
  /** Begins nothing more, and waits for the attempts under way. @returns whether all ended in time */
  drain(withinMs: number): Promise<boolean>;
}
