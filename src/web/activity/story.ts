import { type CallEvent, type CallEventName, describeCall } from '../../calls/call-event.ts';
import type { SkippedEvent } from '../../calls/skipped-event.ts';
import type { Extensions } from '../../config/directory/extensions.ts';
import type { DeliveryRow } from '../../delivery/admin.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { AttemptReport } from '../../delivery/dispatch/attempt-recorder.ts';
import type { Matched } from '../../rules/matcher.ts';
import { describeCallEvent, describeSkipped, describeUnsent } from '../../views/explain.ts';

/** The state of a delivery, as far as the story knows. */
export interface SentResult {
  outcome: AttemptReport['outcome'];
  at: number;
  attempt: number;
  status: number | undefined;
  reason: string | undefined;
  durationMs: number;
  nextAttemptAt: number | undefined;
}

/** A delivery that was made for an event. */
export interface Sent {
  deliveryId: string;
  ruleId: string;
  /** Scheme, host and port. */
  target: string;
  /** The last result; absent: it was not tried yet. */
  result: SentResult | undefined;
}

/** One entry on the time line of a call. */
export interface StoryEntry {
  /** Milliseconds since 1970, by Asterisk's clock. */
  at: number;
  server: string;
  callId: string;
  /** Absent: the channel belongs to no extension. */
  extension: string | undefined;
  event: CallEventName;
  /** It looked like a call event, and is none. */
  isSkipped: boolean;
  /** The event and its channel, in sentences. */
  what: readonly string[];
  sent: readonly Sent[];
  /** The rules that sent nothing, and why. */
  unsent: readonly string[];
}

/** A call as the pages show it: its events, the requests sent for them, and the rules that sent nothing. */
export interface Story {
  /** The Asterisk server; empty where there is only one. Two may have calls with equal CallIDs. */
  server: string;
  callId: string;
  startedAt: number;
  lastAt: number;
  /** `+31612345678 → 101`; absent: the call had no call event. */
  call: string | undefined;
  answered: boolean;
  /** The number of open legs. */
  open: number;
  entries: StoryEntry[];
  /** The number of entries for which there was no room. */
  leftOut: number;
}

/** A rule matched an event, or did not. */
export function eventEntry(
  server: string,
  event: CallEvent,
  matched: Matched,
  deliveries: readonly Delivery[],
  extensions: Extensions,
  now: number,
): StoryEntry {
  return {
    at: event.at ?? now,
    server,
    callId: event.params.CallID,
    extension: event.leg.extension,
    event: event.event,
    isSkipped: false,
    what: describeCallEvent(event, extensions),
    sent: deliveries.map(({ id, ruleId, target }) => ({ deliveryId: id, ruleId, target, result: undefined })),
    unsent: describeUnsent(event, matched, extensions),
  };
}

export function skippedEntry(server: string, skipped: SkippedEvent, now: number): StoryEntry {
  return {
    at: skipped.at ?? now,
    server,
    callId: skipped.callId ?? '',
    extension: skipped.extension,
    event: skipped.expected,
    isSkipped: true,
    what: describeSkipped(skipped, true),
    sent: [],
    unsent: [],
  };
}

/** The result of a delivery that another process sends, from its row. @param known the result so far */
export function storedResult(row: DeliveryRow, known: SentResult | undefined): SentResult | undefined {
  const { state, attempts, createdAt, settledAt, nextAttemptAt, reason } = row;
  if (state === 'pending' && attempts === 0) return undefined;
  const outcome = state === 'pending' ? 'retry' : state;
  if (known?.outcome === outcome && known.attempt === attempts && known.reason === reason) return known;
  const at = settledAt ?? createdAt;
  return { outcome, at, attempt: attempts, status: undefined, reason, durationMs: 0, nextAttemptAt };
}

/** Updates the story's fields for the call as a whole from an event. */
export function learn(story: Story, { event, params }: CallEvent): void {
  story.call ??= describeCall({ event: 'dial-in', params });
  story.answered ||= params.CallStatus === 'ANSWER';
  if (event === 'hangup') story.open = Math.max(0, story.open - 1);
  else if (event.startsWith('dial')) story.open++;
}

/** Bytes that an entry takes, about: its texts, and the objects around them. */
export function sizeOf({ what, unsent, sent, extension = '' }: StoryEntry): number {
  const texts = [...what, ...unsent, extension].reduce((sum, text) => sum + text.length, 0);
  // The text of its later result is counted from the beginning.
  return 250 + 2 * texts + sent.length * 400;
}

/** The names of extensions for a list of stories. */
export const extensionsOf = ({ entries }: Story): string[] => [
  ...new Set(entries.flatMap(({ extension }) => (extension === undefined ? [] : [extension]))),
];

/** The limits of the stories: age, number and bytes. */
export type StoryLimits = Readonly<{ keepMs: number; calls: number; bytes: number }>;
