import { type CallEvent, legKeyOf } from '../../calls/call-event.ts';
import type { AttemptReport } from '../../delivery/dispatch/attempt-recorder.ts';
import type { ServiceEvents } from '../../service/service-events.ts';
import type { WebContext } from '../web-context.ts';

/** Changes within this time are sent together: nobody can follow more. */
const GATHER_MS = 250;
/** With more changes than these at once, the browser loads the page anew instead. */
const MOST_AT_ONCE = 500;

/** Who goes from one page to the next comes again within this time. */
const LEAVE_MS = 10_000;

type WatchAttempts = NonNullable<WebContext['watchAttempts']>;

/** The changes that are sent to a visitor. */
export interface LiveListener {
  /** Changed legs, each by its last event. */
  legs(changed: readonly { server: string; event: CallEvent }[]): void;
  /** Deliveries that were tried, or are dead. */
  deliveries(changed: readonly AttemptReport[]): void;
  /** Another thing that pages show has changed: a connection, a rule, the configuration. */
  state(): void;
}

/** Gathers changes, and passes them on a few times a second; nothing is gathered while no page is open. */
export class Live {
  readonly #watch: WatchAttempts | undefined;
  #endWatch: (() => unknown) | undefined;
  #leaving: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<LiveListener>();
  readonly #legs = new Map<string, { server: string; event: CallEvent }>();
  readonly #deliveries = new Map<string, AttemptReport>();
  #hasStateChanged = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param watch sees what other processes try to send, while somebody looks; absent: this one sends */
  constructor(watch?: WatchAttempts) {
    this.#watch = watch;
  }

  /** @returns ends it */
  follow(events: ServiceEvents): () => Promise<void> {
    const changed = () => {
      this.#hasStateChanged = true;
      this.#gather();
    };
    const ends = [
      events.on('callEvent', (one) => this.#keep(this.#legs, legKeyOf(one.event.leg), one)),
      events.on('attempt', (report) => this.#keep(this.#deliveries, report.delivery.id, report)),
      events.on('deadLetter', changed),
      events.on('feedState', changed),
      events.on('ruleSuspended', changed),
      events.on('configApplied', changed),
      events.on('configRefused', changed),
    ];
    return async () => {
      for (const end of ends) end();
      clearTimeout(this.#timer);
      this.#listeners.clear();
      await this.#leave();
    };
  }

  /** @returns ends it */
  listen(listener: LiveListener): () => void {
    clearTimeout(this.#leaving);
    this.#listeners.add(listener);
    this.#endWatch ??= this.#watch?.((reports) => this.#tried(reports));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#endWatch === undefined) return;
      clearTimeout(this.#leaving);
      this.#leaving = setTimeout(() => void this.#leave(), LEAVE_MS).unref();
    };
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#leaving);
    const end = this.#endWatch;
    this.#endWatch = undefined;
    await end?.();
  }

  #tried(reports: readonly AttemptReport[]): void {
    for (const report of reports) this.#keep(this.#deliveries, report.delivery.id, report);
    // Its rule is suspended now.
    if (reports.some(({ status, outcome }) => status === 410 && outcome === 'dead')) this.#hasStateChanged = true;
  }

  #keep<Value>(changes: Map<string, Value>, key: string, value: Value): void {
    if (this.#listeners.size === 0) return;
    // The last event of each leg, in the order of these events.
    changes.delete(key);
    if (changes.size < MOST_AT_ONCE) changes.set(key, value);
    this.#gather();
  }

  #gather(): void {
    if (this.#listeners.size === 0) return;
    this.#timer ??= setTimeout(() => this.#passOn(), GATHER_MS);
  }

  #passOn(): void {
    this.#timer = undefined;
    const legs = [...this.#legs.values()];
    const deliveries = [...this.#deliveries.values()];
    const hasStateChanged = this.#hasStateChanged;
    this.#legs.clear();
    this.#deliveries.clear();
    this.#hasStateChanged = false;
    for (const listener of this.#listeners) {
      if (legs.length > 0) listener.legs(legs);
      if (deliveries.length > 0) listener.deliveries(deliveries);
      if (hasStateChanged) listener.state();
    }
  }
}
