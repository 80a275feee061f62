import type { CallEvent } from '../calls/call-event.ts';
import type { DeliveryKey } from './delivery.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Which deliveries are selected; an absent field selects all. */
export interface DeliveryFilter {
  ids?: readonly string[];
  extension?: string;
  event?: string;
  state?: DeliveryState;
  /** Event ID of the rule. */
  ruleId?: string;
  /** Event IDs of rules whose deliveries are left out. */
  exceptRules?: readonly string[];
  /** Scheme, host and port: `https://crm.example.com:443`. */
  target?: string;
  /** Milliseconds since 1970: call events of then or later. */
  since?: number;
  /** Milliseconds since 1970: call events of then or earlier. */
  until?: number;
  callId?: string;
  /** A text in the reason, in upper or lower case. */
  reason?: string;
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
  /** The call event that each attempt's request is made from; absent: the stored request is sent. */
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
  /** The headers of the answer; absent: there was no answer, or an older version has recorded it. */
  headers: Record<string, string> | undefined;
}

/** A rule whose receiver answered 410, and since when, in milliseconds since 1970. */
export interface SuspendedRule {
  ruleId: string;
  since: number;
  reason: string;
}

/** The number of deliveries of one rule, extension and target that are in one state, for one reason. */
export interface DeliveryCount {
  state: DeliveryState;
  ruleId: string;
  extension: string;
  event: string;
  /** Scheme, host and port of their requests. */
  target: string;
  /** Why they are dead, or not delivered yet; absent: they were delivered, or not tried. */
  reason: string | undefined;
  count: number;
}

/**
 * The outbox for commands and pages beside the service, which notices their changes. Each opens a connection of its
 * own.
 */
export interface OutboxAdmin {
  /** @returns the newest `limit` deliveries that match, the oldest of them first */
  find(filter: DeliveryFilter, limit: number): Promise<DeliveryView[]>;
  /** A delivery by its id; absent when there is none. */
  show(id: string): Promise<DeliveryView | undefined>;
  /** The attempts of a delivery, the first one first. */
  attempts(key: DeliveryKey): Promise<AttemptView[]>;
  /**
   * Sets deliveries to be sent again: at once, and with a new schedule; the attempts so far are kept.
   * @param now milliseconds since 1970: the beginning of the schedule
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
   * @returns how many were deleted; how many pending ones contain the number; and whether the file has no remains of
   * deleted deliveries, of now or before
   */
  forget(digits: string): Promise<{ forgotten: number; pending: number; isOverwritten: boolean }>;
  /** Counts by state, rule, extension, target and reason, the largest first. */
  counts(filter: DeliveryFilter): Promise<DeliveryCount[]>;
  close(): void | Promise<void>;
}

/** One delivery in a list, with the fields of a line. */
export interface DeliveryRow
  extends Omit<DeliveryView, 'headers' | 'body' | 'callEvent'>,
    Pick<DeliveryCount, 'target'> {
  /** `+31612345678 → 101, missed`; absent: its call event is not known. */
  call: string | undefined;
  /** The Asterisk server; empty where there is only one, absent with its call event. */
  server: string | undefined;
}

/** One page of a list of deliveries, the newest first. */
export interface DeliveryPage {
  rows: DeliveryRow[];
  /** The cursor of the next page; absent: this is the last page. */
  next: string | undefined;
  /**
   * The search stopped at this moment, milliseconds since 1970, because it would take too long; the next page goes on
   * there. Absent: the page is full, or the end was reached.
   */
  searchedTo: number | undefined;
}

/** How many deliveries of the call events of one minute are in each state. */
export interface MinuteCount extends Record<DeliveryState, number> {
  /** When it begins, milliseconds since 1970. */
  at: number;
}

/** The number of matches; with `isAll` false it is a lower bound. */
export interface MatchCount {
  count: number;
  isAll: boolean;
}

/** The last delivery with a result of an extension, or of a rule; without any, the last one that waits. */
export interface LastDelivery
  extends Pick<DeliveryRow, 'id' | 'event' | 'ruleId' | 'callId' | 'extension' | 'target' | 'state' | 'reason'> {
  createdAt: number;
  /** It was not delivered: it is dead, or an attempt has failed and others follow. */
  isFailing: boolean;
}

/**
 * Past and pending deliveries, for pages that search a million of them while calls go on: nothing that takes long runs
 * in the thread of the calls, and every answer comes soon.
 */
export interface DeliveryHistory {
  /**
   * Why deliveries are missing: the shared queue cannot be read, and only the service's own outbox is shown. A sentence
   * without its full stop; absent: nothing is missing.
   */
  readonly limitedBy: string | undefined;
  /** @param cursor `next` of the page before; absent: the newest. @throws RangeError when it is not a cursor */
  page(filter: DeliveryFilter, limit: number, cursor?: string): Promise<DeliveryPage>;
  count(filter: DeliveryFilter): Promise<MatchCount>;
  /**
   * A delivery by its id, with its attempts in order; absent when there is none.
   * @param callId makes the search quick, where it is known
   */
  show(id: string, callId?: string): Promise<{ delivery: DeliveryView; attempts: AttemptView[] } | undefined>;
  /** Counts for each minute of the last day that had deliveries, the oldest first; a few seconds old. */
  minutes(): Promise<MinuteCount[]>;
  /** The last delivery by extension; extensions without deliveries are left out. */
  lastOfExtensions(extensions: readonly string[]): Promise<Record<string, LastDelivery>>;
  /** The last delivery by Event ID. */
  lastOfRules(ruleIds: readonly string[]): Promise<Record<string, LastDelivery>>;
  /** Extensions whose last delivery is failing, in the order of their names; a few seconds old where there are many. */
  failing(): Promise<readonly LastDelivery[]>;
  /** Targets that have deliveries. */
  targets(): Promise<string[]>;
  suspended(): Promise<SuspendedRule[]>;
  /** As {@link OutboxAdmin.retry}, a few at a time: the service goes on between them. */
  retry(filter: DeliveryFilter, now: number): Promise<number>;
  discard(filter: DeliveryFilter, now: number): Promise<number>;
  resume(ruleId: string): Promise<boolean>;
  close(): Promise<void>;
}
