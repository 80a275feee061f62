import type { SkippedEvent } from '../../calls/skipped-event.ts';
import { endpointOf } from '../../config/directory/endpoint.ts';
import type { Extensions } from '../../config/directory/extensions.ts';
import type { ServiceEvents } from '../../service/events.ts';

/** More trunks and phones than this are no more help. */
const MOST = 500;

/** An endpoint that belongs to no extension: a trunk, or a phone whose `channels` are wrong. */
export interface UnknownChannel {
  server: string;
  /** `PJSIP/desk7`. */
  endpoint: string;
  /** Calls that it was in since the service was started. */
  calls: number;
  lastCallId: string | undefined;
  /** Milliseconds since 1970. */
  lastAt: number;
}

/** Counts the calls of channels that belong to no extension: wrong `channels` are every newcomer's first fault. */
export class UnknownChannels {
  readonly #now: () => number;
  readonly #known = new Map<string, UnknownChannel>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Hears of them from now on. @returns ends it */
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
   * Those that still belong to none, the most used first.
   * @param extensionsOf who is an extension on a server, as configured now
   */
  list(extensionsOf: (server: string) => Extensions): UnknownChannel[] {
    return [...this.#known.values()]
      .filter(({ server, endpoint }) => extensionsOf(server).ofChannel(endpoint) === undefined)
      .sort((a, b) => b.calls - a.calls || a.endpoint.localeCompare(b.endpoint));
  }
}
