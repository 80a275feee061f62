import { type CallEvent, legKeyOf } from '../../calls/call-event.ts';
import type { AttemptReport } from '../../delivery/dispatch/attempt-recorder.ts';
import type { ServiceEvents } from '../../service/service-events.ts';

/** Changes within this time are sent together: nobody can follow more. */
const GATHER_MS = 250;
/** With more changes than these at once, the browser loads the page anew instead. */
const MOST_AT_ONCE = 500;

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
  readonly #listeners = new Set<LiveListener>();
  readonly #legs = new Map<string, { server: string; event: CallEvent }>();
  readonly #deliveries = new Map<string, AttemptReport>();
  #hasStateChanged = false;
  #timer: NodeJS.Timeout | undefined;

  /** @returns ends it */
  follow(events: ServiceEvents): () => void {
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
    return () => {
      for (const end of ends) end();
      clearTimeout(this.#timer);
      this.#listeners.clear();
    };
  }

  /** @returns ends it */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
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
