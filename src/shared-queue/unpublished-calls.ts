import type { DeliveryKey } from '../delivery/delivery.ts';
import type { PublishedCall } from './pair-tables.ts';

/**
 * Calls that have changed since they were published. One is ready once all deliveries that were made for it are in the
 * queue: no other service may go on with a leg whose Dial only this one has.
 */
export class UnpublishedCalls {
  readonly #calls = new Map<string, PublishedCall>();
  /** How many deliveries of each CallID are not in the queue. */
  readonly #waiting = new Map<string, number>();

  /** Until it is known what an earlier run has published nothing is ready. */
  #state: 'waits' | 'publishes' | 'ended' = 'waits';

  /** @param missing what an earlier run has published: it has ended, where no call of this run is it */
  begin(missing: Iterable<PublishedCall>): void {
    this.#state = 'publishes';
    for (const call of missing) if (!this.#calls.has(keyOf(call))) this.note(call);
  }

  /** Nothing is published any more. */
  end(): void {
    this.#state = 'ended';
    this.#calls.clear();
  }

  note(call: PublishedCall): void {
    if (this.#state !== 'ended') this.#calls.set(keyOf(call), call);
  }

  /** A delivery is on its way. */
  markWaiting({ callId }: DeliveryKey): void {
    this.#waiting.set(callId, (this.#waiting.get(callId) ?? 0) + 1);
  }

  /** One is in the queue now, or goes there no more. */
  markMoved({ callId }: DeliveryKey): void {
    const left = (this.#waiting.get(callId) ?? 0) - 1;
    if (left > 0) this.#waiting.set(callId, left);
    else this.#waiting.delete(callId);
  }

  get isAnyReady(): boolean {
    if (this.#state !== 'publishes') return false;
    for (const { callId } of this.#calls.values()) if (!this.#waiting.has(callId)) return true;
    return false;
  }

  /** Those that are ready once these deliveries are in the queue. */
  readyWith(moving: readonly DeliveryKey[]): PublishedCall[] {
    if (this.#state !== 'publishes' || this.#calls.size === 0) return [];
    const going = new Map<string, number>();
    for (const { callId } of moving) going.set(callId, (going.get(callId) ?? 0) + 1);
    return [...this.#calls.values()].filter(
      ({ callId }) => (this.#waiting.get(callId) ?? 0) === (going.get(callId) ?? 0),
    );
  }

  /** They are published, unless they have changed since. */
  markPublished(calls: readonly PublishedCall[]): void {
    for (const call of calls) if (this.#calls.get(keyOf(call)) === call) this.#calls.delete(keyOf(call));
  }
}

const keyOf = ({ source, callId, service }: PublishedCall) => `${source} ${service} ${callId}`;
