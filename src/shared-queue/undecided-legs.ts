import type { Delivery } from '../delivery/delivery.ts';
import type { PendingDelivery } from '../delivery/pending-delivery.ts';
import type { UndecidedDelivery } from './pair-rules.ts';
import { RANKS } from './queue-writer.ts';

/** A delivery that is to be moved into the queue. */
export interface Waiting {
  pending: PendingDelivery;
  /** When its retry window began, by the monotonic clock: the wall clock may have been set since. */
  beganAt: number;
}

/** One of which another service may know better what becomes of it. */
export interface Undecided extends Waiting {
  callEvent: Delivery['callEvent'];
}

/** Undecided deliveries by their legs: what comes later in a leg waits for what comes before. */
export class UndecidedLegs {
  /** By leg, in their order. */
  readonly #legs = new Map<string, Map<string, Undecided>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  *all(): Generator<Undecided> {
    for (const leg of this.#legs.values()) yield* leg.values();
  }

  has({ legKey, id }: PendingDelivery): boolean {
    return this.#legs.get(legKey)?.has(id) === true;
  }

  hasLeg(legKey: string): boolean {
    return this.#legs.has(legKey);
  }

  add(undecided: Undecided): void {
    const { legKey, id } = undecided.pending;
    const leg = this.#legs.get(legKey) ?? new Map<string, Undecided>();
    this.#legs.set(legKey, leg.set(id, undecided));
    this.#size++;
  }

  /** @returns whether it was there */
  delete({ legKey, id }: PendingDelivery): boolean {
    const leg = this.#legs.get(legKey);
    if (leg?.delete(id) !== true) return false;
    if (leg.size === 0) this.#legs.delete(legKey);
    this.#size--;
    return true;
  }
}

/** As services decide on it. @param now by the database's clock */
export function undecidedDelivery({ pending, callEvent, beganAt }: Undecided, now: number): UndecidedDelivery {
  const { id, event, legKey } = pending;
  const madeAt = now - (performance.now() - beganAt);
  const uniqueid = callEvent?.leg.uniqueid ?? '';
  return { id, legKey, uniqueid, rank: RANKS[event], madeAt, isPartial: callEvent?.partial === true };
}
