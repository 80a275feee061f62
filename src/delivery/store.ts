import type { Change } from './change.ts';
import type { Delivery, DeliveryKey } from './delivery.ts';
import type { PendingDelivery } from './pending-delivery.ts';

export interface OutboxHealth {
  ok: boolean;
  /** Why not, as one goes on after "the outbox". */
  reason: string | undefined;
  /** Changes that wait for the disk. */
  waiting: number;
  /** Changes dropped since the start. */
  lost: number;
}

/** What waits for the disk. */
export interface Unwritten {
  changes: number;
  /** New deliveries among them, and of how many legs. */
  deliveries: number;
  legs: number;
}

/** What is to be sent, and which rules send nothing. */
export interface PendingWork {
  /** Everything that is pending, the oldest first. */
  pending: PendingDelivery[];
  /** Ids of rules whose receiver wants no more. */
  suspended: Set<string>;
}

/** What an earlier run has left. */
export interface Restored extends PendingWork {
  /** What was kept of the calls with open legs. */
  calls: unknown[];
  facts: Readonly<Record<string, string>>;
}

export interface ForeignChangeListener {
  /** All that is pending as far as it is known here, the oldest of each leg first; for a file that was overwritten. */
  known(): PendingDelivery[];
  /** All of it as it is now, with everything that was written here. Nothing is written between reading it and this call. */
  changed(now: PendingWork): void;
  /** It could not be read; it is tried again. */
  unreadable(error: unknown): void;
}

/**
 * The outbox as the service uses it: what is to be sent and which legs are open, kept before anything is sent. A change is
 * on disk when its `written` is called. A store that is embedded may do at once what is no promise here.
 */
export interface OutboxStore {
  readonly health: OutboxHealth;
  /** Writes soon, with everything else that changes at the same time; what cannot be written waits, in order. */
  write(change: Change): void;
  /** Writes now what waits. */
  flush(): void | Promise<void>;
  /** What is not written: it is lost when the process ends. */
  unwritten(): Unwritten;
  /** A delivery as a whole; absent when it is gone or no longer pending. */
  read(key: DeliveryKey): Promise<Delivery | undefined>;
  restore(): Promise<Restored>;
  /** Calls back whenever a command beside the service has changed what is pending or suspended, until it is closed. */
  onForeignChange(listener: ForeignChangeListener): void;
  /**
   * Forgets settled deliveries, a few at a time; none while it cannot be written.
   * @param before those that were settled earlier, milliseconds since 1970
   * @param keep and those that are not among this many newest deliveries
   * @returns how many
   */
  prune(before: number, keep: number, most: number): number | Promise<number>;
  /** Writes what waits, and releases everything. */
  close(): void | Promise<void>;
}
