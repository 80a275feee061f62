import type { SkippedEvent } from '../../calls/skipped-event.ts';
import { endpointOf } from '../../config/directory/endpoint.ts';
import type { Extensions } from '../../config/directory/extensions.ts';
import type { ServiceEvents } from '../../service/service-events.ts';

/** A list of more trunks and phones would be no help. */
const MOST = 500;

/** An endpoint that belongs to no extension: a trunk, or a phone whose `channels` are wrong. */
export interface UnknownChannel {
  server: string;
  /** `PJSIP/desk7`. */
  endpoint: string;
  /** Its number of calls since the start of the service. */
  calls: number;
  lastCallId: string | undefined;
  /** Milliseconds since 1970. */
  lastAt: number;
}

/** Counts the calls of channels that belong to no extension: wrong `channels` are every newcomer's first mistake. */
export class UnknownChannels {
  readonly #now: () => number;
  readonly #known = new Map<string, UnknownChannel>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Begins to count. @returns a function that ends it */
  follow(events: ServiceEvents): () => void {
    return events.on('skipped', ({ server, skipped }) => this.skipped(server, skipped));
  }

  skipped(server: string, { reason, channel, callId }: SkippedEvent): void {
    if (reason !== 'no extension') return;
    const endpoint = endpointOf(channel);
    const key = `${server} ${endpoint}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size >= MOST) return;
      this.#known.set(key, { server, endpoint, calls: 1, lastCallId: callId, lastAt: this.#now() });
      return;
    }
    if (callId === undefined || callId !== known.lastCallId) known.calls++;
    known.lastCallId = callId;
    known.lastAt = this.#now();
  }

  /**
   * The endpoints that still belong to no extension, the most used first.
   * @param extensionsOf the extensions of a server by the present configuration
   */
  list(extensionsOf: (server: string) => Extensions): UnknownChannel[] {
    return [...this.#known.values()]
      .filter(({ server, endpoint }) => extensionsOf(server).ofChannel(endpoint) === undefined)
      .sort((a, b) => b.calls - a.calls || a.endpoint.localeCompare(b.endpoint));
  }
}
