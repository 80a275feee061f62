import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { Delivery, DeliveryKey } from './delivery.ts';
import type { OutboxChange } from './outbox-change.ts';
import type { PendingDelivery } from './pending-delivery.ts';

export interface OutboxHealth {
  ok: boolean;
  /** Why not, as the rest of a sentence that begins with "the outbox". */
  reason: string | undefined;
  /** Changes that wait for the disk. */
  waiting: number;
  /** Changes dropped since the start. */
  lost: number;
}

/** The changes that wait for the disk. */
export interface Unwritten {
  changes: number;
  /** The number of new deliveries among them, and of their legs. */
  deliveries: number;
  legs: number;
}

/** The pending deliveries, and the suspended rules. */
export interface PendingWork {
  /** All pending deliveries, the oldest first. */
  pending: PendingDelivery[];
  /** Ids of rules whose receiver has answered 410 Gone. */
  suspended: Set<string>;
}

/** The state that an earlier run has left. */
export interface RestoredOutbox extends PendingWork {
  /** The stored calls with open legs. */
  calls: StoredCall[];
  facts: Readonly<Record<string, string>>;
}

export interface OtherProcessListener {
  /**
   * The pending deliveries that the listener has, the oldest of each leg first; needed when the file was overwritten.
   */
  known(): PendingDelivery[];
  /** The present state, with everything that was written here. Nothing is written between the read and this call. */
  changed(now: PendingWork): void;
  /** The changes could not be read; the read is repeated. */
  unreadable(error: unknown): void;
}

/**
 * The outbox as the service uses it: deliveries and open legs are stored before anything is sent. A change is on disk
 * when its `written` is called. Methods that may return no promise are immediate in an embedded store.
 */
export interface OutboxStore {
  readonly health: OutboxHealth;
  /** For how long something has waited for the disk, in milliseconds; 0: nothing waits. */
  readonly unwrittenMs: number;
  /** Writes soon, together with other changes of the same moment; changes that cannot be written wait, in order. */
  write(change: OutboxChange): void;
  /** Writes the waiting changes now. */
  flush(): void | Promise<void>;
  /** The changes that are not written: they are lost when the process ends. */
  unwritten(): Unwritten;
  /** A complete delivery; absent when it was deleted or is no longer pending. */
  read(key: DeliveryKey): Promise<Delivery | undefined>;
  restore(): Promise<RestoredOutbox>;
  /** Calls back whenever a command beside the service has changed what is pending or suspended, until it is closed. */
  onChangeByOtherProcess(listener: OtherProcessListener): void;
  /**
   * Forgets settled deliveries, a few at a time; none while it cannot be written.
   * @param before forgets deliveries that were settled before this time, milliseconds since 1970
   * @param keep forgets all but this many of the newest, however old they are
   * @param most forgets at most this many of each
   * @returns how many it has forgotten
   */
  prune(before: number, keep: number, most: number): number | Promise<number>;
  /** Writes the waiting changes, and closes the file. */
  close(): void | Promise<void>;
}
