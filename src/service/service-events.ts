import type { AmiEvent } from '../ami/ami-events.ts';
import type { Gap, SessionState } from '../ami/session/reconnecting-session.ts';
import type { CallEvent } from '../calls/call-event.ts';
import type { CheckResult } from '../calls/recovery/unlisted-channels.ts';
import type { SkippedEvent } from '../calls/skipped-event.ts';
import type { Config } from '../config/config.ts';
import type { ConfigError } from '../config/config-problem.ts';
import type { Extensions } from '../config/directory/extensions.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import type { Matched } from '../rules/matcher.ts';

/**
 * The events of the service by name, each with its payload. `server` is the name of an Asterisk server in config.yaml;
 * empty where there is only one.
 */
export interface ServiceEventMap {
  /** An event that is used was read from Asterisk; the calls do not know of it yet. */
  amiEvent: { server: string; event: AmiEvent };
  /** The session with Asterisk is in another state. */
  feedState: { server: string; state: SessionState };
  /** Asterisk is connected again after a time without events. */
  gap: { server: string; gap: Gap };
  /** A call event of an extension, whether a rule is for it or not. */
  callEvent: { server: string; event: CallEvent };
  /** The rules that a call event has, why the others send nothing, and the requests; nothing is written yet. */
  rulesMatched: {
    server: string;
    event: CallEvent;
    matched: Matched;
    deliveries: readonly Delivery[];
    /** Those whose rules they are. */
    extensions: Extensions;
  };
  /** Something that looks like a call event is not one. */
  skipped: { server: string; skipped: SkippedEvent };
  /** Asterisk's list of channels has shown channels without an event. */
  channelCheck: { server: string; result: CheckResult };
  /** An attempt has ended, or a delivery was dead-lettered without one. It is recorded right after this. */
  attempt: AttemptReport;
  /** A delivery was written as a dead letter from the beginning: its rule is suspended. */
  deadLetter: Delivery;
  /** A receiver answered 410 Gone: its rule sends nothing more until it is resumed. */
  ruleSuspended: { ruleId: string; reason: string };
  /** config.yaml was read again, and is active. */
  configApplied: Config;
  /** config.yaml was read again, and has problems: the one before stays active. */
  configRefused: ConfigError;
}

export type ServiceEventName = keyof ServiceEventMap;

/** @param payload valid after the call, too; never to be changed */
export type Subscriber<Name extends ServiceEventName> = (payload: ServiceEventMap[Name]) => void;

/**
 * Passes the events of the service to its subscribers: the log, the metrics, the page. They are called synchronously,
 * in the order of their subscription. A subscriber that throws disturbs neither the others nor the service.
 */
export class ServiceEvents {
  readonly #onError: (error: unknown, name: ServiceEventName) => void;
  readonly #subscribers: { readonly [Name in ServiceEventName]: Set<Subscriber<Name>> } = {
    amiEvent: new Set(),
    feedState: new Set(),
    gap: new Set(),
    callEvent: new Set(),
    rulesMatched: new Set(),
    skipped: new Set(),
    channelCheck: new Set(),
    attempt: new Set(),
    deadLetter: new Set(),
    ruleSuspended: new Set(),
    configApplied: new Set(),
    configRefused: new Set(),
  };

  /** @param onError called with the error of a subscriber, and the event */
  constructor(onError: (error: unknown, name: ServiceEventName) => void) {
    this.#onError = onError;
  }

  /** @returns a function that ends the subscription; may be called at any time, and again */
  on<Name extends ServiceEventName>(name: Name, subscriber: Subscriber<Name>): () => void {
    // Of its own, so that a function that subscribes twice is called twice, and unsubscribes once each.
    const own: Subscriber<Name> = (payload) => subscriber(payload);
    this.#subscribers[name].add(own);
    return () => void this.#subscribers[name].delete(own);
  }

  emit<Name extends ServiceEventName>(name: Name, payload: ServiceEventMap[Name]): void {
    for (const subscriber of this.#subscribers[name]) {
      try {
        subscriber(payload);
      } catch (error) {
        this.#onError(error, name);
      }
    }
  }
}
