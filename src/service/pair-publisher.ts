import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { PairTables, PublishedCall } from '../shared-queue/pair-tables.ts';
import { publishedCall } from './published-calls.ts';

export interface PairPublisherOptions {
  /** For how long the oldest delivery has waited to be moved into the queue, in milliseconds. */
  waitingMs(): number;
}

/**
 * Publishes this service's calls for others on the same Asterisk. What is published of a call is no newer than its deliveries
 * in the queue: nobody takes over a leg whose Dial only this service has.
 */
export class PairPublisher {
  readonly #options: PairPublisherOptions;
  /** By source and CallID. */
  #changed = new Map<string, PublishedCall>();
  /** Waits until the deliveries that came with it are in the queue. */
  #ripening: { calls: Map<string, PublishedCall>; at: number } | undefined;
  /** Calls that others can see, or may see soon. */
  readonly #published = new Set<string>();
  #hasBegun = false;
  #isWriting = false;

  constructor(options: PairPublisherOptions) {
    this.#options = options;
  }

  note(source: string, calls: readonly { callId: string; state: StoredCall | undefined }[]): void {
    for (const { callId, state } of calls) {
      const key = `${source} ${callId}`;
      // It has ended before anybody could see it.
      if (state === undefined && !this.#published.has(key)) this.#changed.delete(key);
      else this.#changed.set(key, publishedCall(source, callId, state));
    }
  }

  async publish(tables: PairTables): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      if (!this.#hasBegun) await tables.forgetOwn();
      this.#hasBegun = true;
      const ripening = this.#ripening;
      if (ripening !== undefined) {
        if (performance.now() - this.#options.waitingMs() < ripening.at) return;
        await tables.publish([...ripening.calls.values()]);
        for (const [key, { state }] of ripening.calls) if (state === undefined) this.#published.delete(key);
      }
      this.#ripening = undefined;
      if (this.#changed.size === 0) return;
      this.#ripening = { calls: this.#changed, at: performance.now() };
      for (const key of this.#changed.keys()) this.#published.add(key);
      this.#changed = new Map();
    } finally {
      this.#isWriting = false;
    }
  }
}
