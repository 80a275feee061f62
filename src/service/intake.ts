import type { AmiEvent } from '../ami/ami-events.ts';
import type { CallEvent } from '../calls/call-event.ts';
import type { StoredCall } from '../calls/recovery/stored-call.ts';
import { Tracker } from '../calls/tracker.ts';
import type { Rule } from '../config/config.ts';
import { type Delivery, deliveryOf } from '../delivery/delivery.ts';
import type { Logger } from '../log.ts';
import { matchRules } from '../rules/matcher.ts';
import { requestOf } from '../rules/request.ts';
import type { ActiveServer } from './active-config.ts';
import { AsteriskClock } from './asterisk-clock.ts';
import type { ServiceEvents } from './service-events.ts';
import type { OpenLeg } from './service-state.ts';
import type { SuspendedRules } from './suspended-rules.ts';

/** What has come of some events: it is stored together, or not at all. */
export interface IntakeChange {
  /** Calls whose open legs changed, by the key to store them under; `undefined`: nothing is left. */
  calls: readonly { callId: string; state: StoredCall | undefined }[];
  deliveries: readonly Delivery[];
}

export interface IntakeOptions {
  /** Where the events come from. */
  server: string;
  active: ActiveServer;
  suspended: SuspendedRules;
  events: ServiceEvents;
  log: Logger;
}

/**
 * AMI events of one Asterisk go in; what has changed of its open legs comes out, with the deliveries of its call
 * events.
 */
export class Intake {
  readonly #options: Omit<IntakeOptions, 'active'>;
  readonly #tracker: Tracker;
  readonly #clock = new AsteriskClock();
  #active: ActiveServer;
  #unseen: readonly string[] = [];
  /** Of the events that were read last, not taken yet. */
  #deliveries: Delivery[] = [];

  constructor({ active, ...options }: IntakeOptions) {
    const { server, events } = options;
    this.#options = options;
    this.#active = active;
    this.#tracker = new Tracker({
      server,
      directory: active.extensions,
      variables: active.variables,
      onCallEvent: (event) => this.#callEvent(event),
      onSkipped: (skipped) => events.emit('skipped', { server, skipped }),
      onCheck: (result) => {
        // An empty list shows nothing.
        if (result.listed > 0) this.#unseen = result.unseen;
        events.emit('channelCheck', { server, result });
      },
    });
  }

  get size(): Tracker['size'] {
    return this.#tracker.size;
  }

  /** Names of the channels in Asterisk's last list that no event had shown: its events are withheld. */
  get unseen(): readonly string[] {
    return this.#unseen;
  }

  /** A copy of every open leg as it is now. */
  openLegs(): OpenLeg[] {
    const { server } = this.#options;
    return [...this.#tracker.openLegs()].map((leg) => ({
      server,
      extension: leg.extension,
      params: { ...leg.params },
      channels: leg.channels.map(({ name }) => name),
      openedAt: leg.openedAt,
      answeredAt: leg.answeredAt,
      answered: leg.answered,
    }));
  }

  /** Restores the open legs of an earlier run. */
  restore(calls: Iterable<StoredCall>): void {
    this.#tracker.restore(calls);
  }

  /** All calls that there are, by the key to store them under. */
  calls(): IntakeChange['calls'] {
    return this.keyed(this.#tracker.storedCalls());
  }

  /** Uniqueids of the living channels whose beginning was not seen. */
  begunUnseen(): string[] {
    return this.#tracker.begunUnseen();
  }

  /**
   * Takes over what another service knows of calls. @param isOrphaned that service is gone @returns the names of legs
   * that gave way
   */
  adopt(calls: Iterable<StoredCall>, isOrphaned: boolean): string[] {
    return this.#tracker.adopt(calls, isOrphaned);
  }

  /** The names of the open legs whose beginning was not seen. */
  partialLegs(): string[] {
    return this.#tracker.partialLegs();
  }

  /** Marks `own` as this service's; nothing more is sent of `dropped`. */
  decided({ own, dropped }: { own: ReadonlySet<string>; dropped: ReadonlySet<string> }): void {
    this.#tracker.own(own);
    this.#tracker.drop(dropped);
  }

  /** Another configuration is active from now on. */
  configure(active: ActiveServer): void {
    this.#active = active;
    this.#tracker.configure(active.extensions, active.variables);
  }

  /** Whether a channel variable of this name is of use. */
  wantsVariable(name: string): boolean {
    return this.#tracker.wantsVariable(name);
  }

  apply(event: AmiEvent): void {
    const by = event.at === undefined ? 0 : this.#clock.observe(event.at);
    if (by !== 0) {
      this.#options.log.warn(
        `the time of Asterisk's events has jumped by ${(by / 1000).toFixed(0)} s (was a clock set?); the calls go on`,
      );
      this.#tracker.apply({ event: 'ClockSet', by });
    }
    this.#tracker.apply(event);
  }

  /** Time goes on, though no event comes. */
  passTime(): void {
    this.#tracker.apply({ event: 'Tick', at: this.#clock.now });
  }

  /** What has changed since the last time; absent: nothing has. */
  takeChange(): IntakeChange | undefined {
    const calls = this.#tracker.takeChanged().map((changed) => this.#withServer(changed));
    const deliveries = this.#deliveries;
    if (calls.length === 0 && deliveries.length === 0) return undefined;
    this.#deliveries = [];
    return { calls, deliveries };
  }

  /** Calls by the key to store them under: two servers may give two calls the same CallID. */
  keyed(calls: Iterable<StoredCall>): IntakeChange['calls'] {
    return [...calls].map((state) => this.#withServer({ callId: state.callId, state }));
  }

  #withServer({ callId, state }: IntakeChange['calls'][number]): IntakeChange['calls'][number] {
    const { server } = this.#options;
    if (server === '') return { callId, state };
    return { callId: `${server}/${callId}`, state: state && { ...state, server } };
  }

  #callEvent(event: CallEvent): void {
    const { server, events, suspended } = this.#options;
    const { defaults, extensions } = this.#active;
    events.emit('callEvent', { server, event });
    const delivery = (rule: Rule) =>
      deliveryOf(requestOf(event, rule, defaults), Date.now(), { callEvent: event, madeFrom: rule });
    const matched = matchRules(event, extensions.rulesOf(event.leg.extension), defaults, suspended.ids);
    const deliveries = [
      ...matched.rules.map(delivery),
      ...matched.suspended.map((rule) => ({ ...delivery(rule), dead: 'its rule is suspended' })),
    ];
    events.emit('rulesMatched', { server, event, matched, deliveries, extensions });
    this.#deliveries.push(...deliveries);
  }
}
