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
  /** The answer's; absent: there was none, or an older version has recorded it. */
  headers: Record<string, string> | undefined;
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
   * @returns how many; how many with it are still pending; and whether nothing of what was deleted, now or before, is left
   *   in the file
   */
  forget(digits: string): Promise<{ forgotten: number; pending: number; isOverwritten: boolean }>;
  /** Counts by state, rule, extension, target and reason, the largest first. */
  counts(filter: DeliveryFilter): Promise<DeliveryCount[]>;
  close(): void | Promise<void>;
}

/** One delivery in a list: as much of it as a line shows. */
export interface DeliveryRow
  extends Omit<DeliveryView, 'headers' | 'body' | 'callEvent'>,
    Pick<DeliveryCount, 'target'> {
  /** `+31612345678 → 101, missed`; absent: its call event is not known. */
  call: string | undefined;
  /** The Asterisk server; empty where there is only one, absent with its call event. */
  server: string | undefined;
}

/** A part of a list, the newest first. */
export interface DeliveryPage {
  rows: DeliveryRow[];
  /** Where the next page begins; absent: there is nothing more. */
  next: string | undefined;
  /**
   * It was looked back to this moment, milliseconds since 1970, and no further: that would take too long. The next page
   * goes on there. Absent: the page is full, or the end was reached.
   */
  searchedTo: number | undefined;
}

/** How many deliveries of the call events of one minute are in each state. */
export interface MinuteCount extends Record<DeliveryState, number> {
  /** When it begins, milliseconds since 1970. */
  at: number;
}

/** How many match; with `isAll` false there are at least so many. */
export interface MatchCount {
  count: number;
  isAll: boolean;
}

/** The last delivery of an extension, or of a rule, of which it is known how it went; or the first that waits. */
export interface LastDelivery
  extends Pick<DeliveryRow, 'id' | 'event' | 'ruleId' | 'callId' | 'extension' | 'target' | 'state' | 'reason'> {
  createdAt: number;
  /** It was not delivered: it is dead, or an attempt has failed and others follow. */
  isFailing: boolean;
}

/**
 * What was sent and is to be sent, for pages that look at a million of them while calls go on: nothing of it is done in the
 * thread of the calls that takes long, and nothing takes long for the visitor.
 */
export interface DeliveryHistory {
  /**
   * Why what it shows is not all: the shared queue cannot be read, and this is what waits in the service's own outbox. In a
   * sentence without its dot; absent: it is all.
   */
  readonly limitedBy: string | undefined;
  /** @param cursor `next` of the page before; absent: the newest. @throws RangeError for one that is none */
  page(filter: DeliveryFilter, limit: number, cursor?: string): Promise<DeliveryPage>;
  count(filter: DeliveryFilter): Promise<MatchCount>;
  /** One by its id, with its attempts, the first first; absent when there is none. @param callId where it is known: found at once */
  show(id: string, callId?: string): Promise<{ delivery: DeliveryView; attempts: AttemptView[] } | undefined>;
  /** The minutes of the last day in which there were any, the oldest first; a few seconds old. */
  minutes(): Promise<MinuteCount[]>;
  /** By extension; those without deliveries are left out. */
  lastOfExtensions(extensions: readonly string[]): Promise<Record<string, LastDelivery>>;
  /** By Event ID. */
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
