import type { Delivery } from '../delivery.ts';

/**
 * More than are under way at once while all is well. The oldest are dropped first: deliveries that wait for a dead
 * target are read from the disk, to leave the room to deliveries that are sent now.
 */
const MOST = 500;

/**
 * Deliveries that were written a moment ago, each until its first attempt: most need not be read back. They are right
 * as long as no other process has written to the file, which may have settled them.
 */
export class DeliveryCache {
  readonly #deliveries = new Map<string, Delivery>();
  #version: number | undefined;

  /** @param version of the file, which changes whenever another process writes to it */
  add(deliveries: readonly Delivery[], version: number): void {
    this.#check(version);
    for (const delivery of deliveries) if (delivery.dead === undefined) this.#deliveries.set(delivery.id, delivery);
    for (const id of this.#deliveries.keys()) {
      if (this.#deliveries.size <= MOST) break;
      this.#deliveries.delete(id);
    }
  }

  /** @returns the delivery, once, unless another process may have changed it */
  take(id: string, version: number): Delivery | undefined {
    this.#check(version);
    const delivery = this.#deliveries.get(id);
    this.#deliveries.delete(id);
    return delivery;
  }

  #check(version: number): void {
    if (version === this.#version) return;
    this.#deliveries.clear();
    this.#version = version;
  }
}
