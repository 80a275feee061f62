import type { AmiEvent } from '../ami/events.ts';
import type { CallEvent } from '../calls/call-event.ts';
import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { SkippedEvent } from '../calls/skipped-event.ts';
import { Tracker } from '../calls/tracker.ts';
import type { Rule } from '../config/config.ts';
import { type Delivery, deliveryOf } from '../delivery/delivery.ts';
import type { OutboxStore } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import { matchRules } from '../rules/matcher.ts';
import { requestOf } from '../rules/request.ts';
import type { ActiveConfig } from './active-config.ts';
import { AsteriskClock } from './asterisk-clock.ts';

export interface IntakeOptions {
  outbox: OutboxStore;
  log: Logger;
  inForce: () => ActiveConfig;
  /** Event IDs of rules whose receiver wants no more. */
  suspended: () => ReadonlySet<string>;
  /** What else is kept with every change. */
  facts(): Readonly<Record<string, string>>;
  onCallEvent(event: CallEvent): void;
  onUnsent(unsent: SkippedEvent): void;
  /** A delivery that is on disk as a dead letter from the beginning: its rule is suspended. */
  onDead(delivery: Delivery): void;
  /** Deliveries that are on disk now, to be sent. @param madeAt when they were made, by the monotonic clock */
  onWritten(deliveries: readonly Delivery[], madeAt: number): void;
}

/** AMI events go in; open legs and the deliveries of their call events go to disk together, and only then on. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #tracker: Tracker;
  readonly #time = new AsteriskClock();
  /** Of the events that were read last, not yet given to the outbox. */
  #deliveries: Delivery[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { extensions, variables } = options.inForce();
    this.#tracker = new Tracker({
      directory: extensions,
      variables,
      onCallEvent: (event) => this.#callEvent(event),
      onSkipped: options.onUnsent,
    });
  }

  get size(): Tracker['size'] {
    return this.#tracker.size;
  }

  /** Takes up the open legs of an earlier run. */
  restore(calls: Iterable<StoredCall>): void {
    this.#tracker.restore(calls);
  }

  /** What is in force has changed. */
  configure({ extensions, variables }: ActiveConfig): void {
    this.#tracker.configure(extensions, variables);
  }

  /** Whether a channel variable of this name tells anything. */
  wantsVariable(name: string): boolean {
    return this.#tracker.wantsVariable(name);
  }

  apply(event: AmiEvent): void {
    const by = event.at === undefined ? 0 : this.#time.observe(event.at);
    if (by !== 0) {
      this.#options.log.warn(
        `the time of Asterisk's events has jumped by ${(by / 1000).toFixed(0)} s (was a clock set?); the calls go on`,
      );
      this.#tracker.apply({ event: 'ClockSet', by });
    }
    this.#tracker.apply(event);
  }

  /** Time goes on, though nothing is heard. */
  tick(): void {
    this.#tracker.apply({ event: 'Tick', at: this.#time.now });
    this.commit();
  }

  /** Gives what has come of the events to the outbox, as one change. */
  commit(): void {
    const calls = this.#tracker.takeChanged();
    const deliveries = this.#deliveries;
    if (calls.length === 0 && deliveries.length === 0) return;
    this.#deliveries = [];
    const toSend = deliveries.filter(({ dead }) => dead === undefined);
    const dead = deliveries.filter((delivery) => delivery.dead !== undefined);
    const { outbox, facts, onWritten, onDead } = this.#options;
    const madeAt = performance.now();
    outbox.write({
      calls,
      deliveries,
      facts: facts(),
      written: () => {
        dead.forEach(onDead);
        onWritten(toSend, madeAt);
      },
    });
  }

  #callEvent(event: CallEvent): void {
    const { inForce, suspended, onCallEvent } = this.#options;
    const { defaults, extensions } = inForce();
    onCallEvent(event);
    const delivery = (rule: Rule) => deliveryOf(requestOf(event, rule, defaults), defaults.asterisk, Date.now());
    const matched = matchRules(event, extensions.rulesOf(event.leg.extension), suspended());
    this.#deliveries.push(
      ...matched.rules.map(delivery),
      ...matched.suspended.map((rule) => ({ ...delivery(rule), dead: 'its rule is suspended' })),
    );
  }
}
