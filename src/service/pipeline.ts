import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { OutboxStore, RestoredOutbox } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import type { ActiveConfig, ActiveServer } from './active-config.ts';
import { AsteriskFeed } from './asterisk-feed.ts';
import { DeliverySide, type Stopped } from './delivery-side.ts';
import type { FailPoint } from './fail-point.ts';
import type { ServiceEvents } from './service-events.ts';
import type { OpenLeg, ServiceState } from './service-state.ts';
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
 * Joins the stages in the order of the data: an {@link AsteriskFeed} for each Asterisk server (its session in
 * ami-session-keeper.ts, then its calls in intake.ts), and one {@link DeliverySide} for the deliveries of all. Builds
 * them, restores the state that an earlier run has left, and starts them.
 */
export class Pipeline {
  readonly #log: Logger;
  readonly #deliveries: DeliverySide;
  readonly #events: ServiceEvents;
  /** By the server's name. */
  readonly #feeds = new Map<string, AsteriskFeed>();
  /** Those of servers with names; the level of each is its own. */
  readonly #logs = new Set<Logger>();
  /** What starts another feed; absent: none has been started. */
  #startFeed: ((feed: AsteriskFeed) => void) | undefined;
  /** Feeds of servers that were taken out of config.yaml. */
  readonly #ending = new Set<Promise<void>>();

  constructor({ outbox, active, events, log, failPoint }: PipelineOptions) {
    this.#log = log;
    this.#events = events;
    this.#deliveries = new DeliverySide({ outbox, active, events, log, failPoint });
    for (const [server, settings] of active.servers) this.#addFeed(server, settings);
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
  async restore(): Promise<RestoredOutbox> {
    const restored = await this.#deliveries.restore();
    const { calls, pending } = restored;
    // Of a server that has gone, or has another name now, no list comes: the first one's ends its calls.
    const [first = ''] = this.#feeds.keys();
    const serverOf = ({ server = '' }: StoredCall) => (this.#feeds.has(server) ? server : first);
    const byServer = Map.groupBy(calls, serverOf);
    for (const [server, feed] of this.#feeds) feed.restore({ ...restored, calls: byServer.get(server) ?? [] });
    if (calls.length > 0 || pending.length > 0)
      this.#log.info(
        { openCalls: calls.length, pending: pending.length },
        `restored from the last run: ${calls.length} calls, ${pending.length} pending deliveries`,
      );
    return restored;
  }

  start({ pending }: RestoredOutbox, repeat: Repeat): void {
    this.#startFeed = (feed) => feed.start(repeat);
    for (const feed of this.#feeds.values()) feed.start(repeat);
    this.#deliveries.start(pending, repeat);
  }

  /** Another configuration is active from now on. */
  configure(active: ActiveConfig): void {
    this.#deliveries.configure(active);
    for (const [server, feed] of this.#feeds) if (!active.servers.has(server)) this.#endFeed(server, feed);
    for (const [server, settings] of active.servers) {
      const feed = this.#feeds.get(server);
      if (feed === undefined) this.#startFeed?.(this.#addFeed(server, settings));
      else feed.configure(settings);
    }
    for (const log of this.#logs) log.level = active.config.log.level;
  }

  async stop(): Promise<Stopped> {
    this.#log.info('stopping: no more events are taken; attempts that run may end');
    await Promise.all([...[...this.#feeds.values()].map((feed) => feed.stop()), ...this.#ending]);
    const stopped = await this.#deliveries.stop();
    const pending = this.#deliveries.queue.depth;
    const { unwritten } = stopped;
    if (unwritten === undefined)
      this.#log.info({ pending }, `stopped; what is pending (${pending}) is sent after the next start`);
    else {
      const { changes, deliveries, legs } = unwritten;
      this.#log.error(
        { pending, unwritten },
        `stopped, and ${changes} changes ARE LOST: the outbox ${this.#deliveries.outbox.reason ?? 'cannot be written'}. Among them are ${deliveries} deliveries of ${legs} legs; what was written before is sent after the next start`,
      );
    }
    return stopped;
  }

  #addFeed(server: string, active: ActiveServer): AsteriskFeed {
    const log = server === '' ? this.#log : this.#log.child({ server }, { msgPrefix: `${server}: ` });
    this.#logs.add(log);
    const feed = new AsteriskFeed({ server, active, deliveries: this.#deliveries, events: this.#events, log });
    this.#feeds.set(server, feed);
    return feed;
  }

  #endFeed(server: string, feed: AsteriskFeed): void {
    this.#feeds.delete(server);
    const ended = feed
      .retire()
      .catch((err) => this.#log.error({ err }, `${server}, which is no longer in config.yaml, was not ended in order`))
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
