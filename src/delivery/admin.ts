import type { CallEvent } from '../calls/call-event.ts';
import type { DeliveryKey } from './delivery.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Which deliveries are selected; what is absent does not matter. */
export interface DeliveryFilter {
  ids?: readonly string[];
  extension?: string;
  event?: string;
  state?: DeliveryState;
  /** Milliseconds since 1970: call events of then or later. */
  since?: number;
  callId?: string;
}

/** One delivery as it stands. Times are milliseconds since 1970. */
export interface DeliveryView {
  id: string;
  event: string;
  extension: string;
  ruleId: string;
  callId: string;
  state: DeliveryState;
  attempts: number;
  createdAt: number;
  nextAttemptAt: number | undefined;
  settledAt: number | undefined;
  reason: string | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** What its request is made from when it is tried; absent: it is sent as it was made. */
  callEvent: CallEvent | undefined;
}

export interface AttemptView {
  number: number;
  at: number;
  durationMs: number;
  status: number | undefined;
  outcome: string;
  reason: string | undefined;
  answer: string | undefined;
}

/** A rule whose receiver answered 410, and since when, in milliseconds since 1970. */
export interface SuspendedRule {
  ruleId: string;
  since: number;
  reason: string;
}

/** How many deliveries of a rule, an extension and a target are in one state, for one reason. */
export interface DeliveryCount {
  state: DeliveryState;
  ruleId: string;
  extension: string;
  event: string;
  /** Scheme, host and port that they were made for. */
  target: string;
  /** Why they are dead, or were not delivered yet; absent: they were delivered, or not tried. */
  reason: string | undefined;
  count: number;
}

/**
 * The outbox as people see it, by commands and pages beside the service, which notices what they change. Each of them
 * opens its own.
 */
export interface OutboxAdmin {
  /** @returns the newest `limit` that match, the oldest of them first */
  find(filter: DeliveryFilter, limit: number): Promise<DeliveryView[]>;
  /** One by its id; absent when there is none. */
  show(id: string): Promise<DeliveryView | undefined>;
  /** What was sent for a delivery, the first attempt first. */
  attempts(key: DeliveryKey): Promise<AttemptView[]>;
  /**
   * Sets deliveries to be sent again, at once and with a whole schedule before them; their attempts so far are kept.
   * @param now milliseconds since 1970: from then the schedule counts
   * @returns how many
   */
  retry(filter: DeliveryFilter, now: number): Promise<number>;
  /** Makes dead letters of deliveries that are pending. @returns how many */
  discard(filter: DeliveryFilter, now: number): Promise<number>;
  suspended(): Promise<SuspendedRule[]>;
  /** Lets a suspended rule send again. @returns whether it was suspended */
  resume(ruleId: string): Promise<boolean>;
  /**
   * Deletes settled deliveries in which a number occurs, with their attempts.
   * @param digits of the number, without a sign
   * @returns how many, and how many with it are still pending
   */
  forget(digits: string): Promise<{ forgotten: number; pending: number }>;
  /** Counts by state, rule, extension, target and reason, the largest first. */
  counts(filter: DeliveryFilter): Promise<DeliveryCount[]>;
  close(): void | Promise<void>;
}
