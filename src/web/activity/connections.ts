import type { Gap, SessionState } from '../../ami/session/reconnecting-session.ts';
import type { ServiceEvents } from '../../service/service-events.ts';
import type { ServerState } from '../../service/service-state.ts';

/** The state of the connection to one Asterisk. Times in milliseconds since 1970. */
export interface Connection {
  /** Since when it is connected, or is not; absent: since before the page was served. */
  since: number | undefined;
  /** The last gap without events, and when it ended; absent: there was none. */
  lastGap: (Gap & { until: number }) | undefined;
}

const CONNECTED: ReadonlySet<SessionState> = new Set(['synchronising', 'ready']);

/** Since when each Asterisk is connected, or is not. */
export class Connections {
  readonly #now: () => number;
  readonly #connections = new Map<string, Connection & { connected: boolean }>();

  /** @param servers their present states */
  constructor(servers: readonly ServerState[], now: () => number = Date.now) {
    this.#now = now;
    for (const { server, connected } of servers)
      this.#connections.set(server, { connected, since: undefined, lastGap: undefined });
  }

  /** @returns a function that ends the subscription */
  follow(events: ServiceEvents): () => void {
    const ends = [
      events.on('feedState', ({ server, state }) => {
        const known = this.#connections.get(server);
        const connected = CONNECTED.has(state);
        if (known?.connected === connected) return;
        this.#connections.set(server, { lastGap: undefined, ...known, connected, since: this.#now() });
      }),
      events.on('gap', ({ server, gap }) => {
        const known = this.#connections.get(server) ?? { connected: true, since: this.#now() };
        this.#connections.set(server, { ...known, lastGap: { ...gap, until: this.#now() } });
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  of(server: string): Connection {
    return this.#connections.get(server) ?? { since: undefined, lastGap: undefined };
  }
}
