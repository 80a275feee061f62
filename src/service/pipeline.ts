import type { OutboxStore } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import type { ActiveConfig } from './active-config.ts';
import { AsteriskFeed } from './asterisk-feed.ts';
import { DeliverySide, type Restored, type Stopped } from './delivery-side.ts';
import type { ServiceEvents } from './events.ts';
import type { FailPoint } from './fail-point.ts';
import type { OpenLeg, ServiceState } from './state.ts';
import type { Repeat } from './ticker.ts';

export interface PipelineOptions {
  /** Opened already, for this service alone. */
  outbox: OutboxStore;
  active: ActiveConfig;
  events: ServiceEvents;
  log: Logger;
  failPoint: FailPoint | undefined;
}

/**
 * The stages joined: a feed for each Asterisk server, and the deliveries that come of all of them. It is built, restores
 * what an earlier run has left, and is started.
 */
export class Pipeline {
  readonly #log: Logger;
  readonly #deliveries: DeliverySide;
  /** By the server's name. */
  readonly #feeds: ReadonlyMap<string, AsteriskFeed>;

  constructor({ outbox, active, events, log, failPoint }: PipelineOptions) {
    this.#log = log;
    const deliveries = new DeliverySide({ outbox, active, events, log, failPoint });
    this.#deliveries = deliveries;
    this.#feeds = new Map(
      [...active.servers].map(([server, settings]) => [
        server,
        new AsteriskFeed({ server, active: settings, deliveries, events, log }),
      ]),
    );
  }

  get state(): ServiceState {
    const feeds = [...this.#feeds.values()];
    const sizes = feeds.map(({ size }) => size);
    return {
      servers: feeds.map(({ state }) => state),
      outbox: this.#deliveries.outbox,
      queue: this.#deliveries.queue,
      tracker: {
        channels: sizes.reduce((sum, { channels }) => sum + channels, 0),
        legs: sizes.reduce((sum, { legs }) => sum + legs, 0),
      },
      suspended: this.#deliveries.suspended.ids.size,
    };
  }

  /** Whether Asterisk is read, time goes on for the calls and nothing due is left lying; if not, a restart may help. */
  get alive(): boolean {
    return this.#deliveries.alive && [...this.#feeds.values()].every(({ alive }) => alive);
  }

  openLegs(): OpenLeg[] {
    return [...this.#feeds.values()].flatMap((feed) => feed.openLegs());
  }

  /** Reads what an earlier run has left; for {@link start}. */
  async restore(): Promise<Restored> {
    const restored = await this.#deliveries.restore();
    const { calls, pending } = restored;
    // The outbox does not keep servers apart yet, and there is only one.
    for (const feed of this.#feeds.values()) feed.restore(restored);
    if (calls.length > 0 || pending.length > 0)
      this.#log.info({ openCalls: calls.length, pending: pending.length }, 'restored from the last run');
    return restored;
  }

  start({ pending }: Restored, repeat: Repeat): void {
    for (const feed of this.#feeds.values()) feed.start(repeat);
    this.#deliveries.start(pending, repeat);
  }

  /** Another configuration is active from now on. */
  configure(active: ActiveConfig): void {
    this.#deliveries.configure(active);
    for (const [server, settings] of active.servers) this.#feeds.get(server)?.configure(settings);
  }

  async stop(): Promise<Stopped> {
    this.#log.info('stopping: no more events are taken; attempts that run may end');
    await Promise.all([...this.#feeds.values()].map((feed) => feed.stop()));
    const stopped = await this.#deliveries.stop();
    const pending = this.#deliveries.queue.depth;
    const { unwritten } = stopped;
    if (unwritten === undefined) this.#log.info({ pending }, 'stopped; what is pending is sent after the next start');
    else {
      const { changes, deliveries, legs } = unwritten;
      this.#log.error(
        { pending, unwritten },
        `stopped, and ${changes} changes ARE LOST: the outbox ${this.#deliveries.outbox.reason ?? 'cannot be written'}. Among them are ${deliveries} deliveries of ${legs} legs; what was written before is sent after the next start`,
      );
    }
    return stopped;
  }
}
