import type { CallEventName } from '../event-and-parameter-names.ts';

export type { CallEventName };

/** What `calls` gives and `rules` takes: something happened to one extension's leg of one call. */
export interface CallEvent {
  event: CallEventName;
  leg: LegKey;
  /** The leg's channel that it happened on, by its name. */
  channel: string;
  /**
   * Milliseconds since 1970 when it happened, by Asterisk's own timestamp where it gives one; absent in a log without.
   */
  at?: number;
  params: CallParameters;
  /** Uniqueid of the caller's channel, or of who was put in its place; on Missed only. */
  origin?: string;
  /** What goes out only where a rule asks for it. */
  details: CallDetails;
  /**
   * The beginning of its leg, or of a channel that its leg depends on, was not seen: a second service that has seen it
   * knows better. Absent: all of it was seen.
   */
  partial?: true;
}

/** What is known beyond VoipNow's parameters; an absent one is unknown or does not apply. */
export interface CallDetails {
  /** From the Dial event to the Hangup; on Hangup only. */
  durationMs?: number;
  /** From the answer to the Hangup, 0 when nobody answered; on Hangup only. */
  talkMs?: number;
  /** Q.850 cause of the Hangup, and Asterisk's text for it. */
  cause?: number;
  causeText?: string;
  /** How the last dial ended, as `DialStatus` in docs/call-events.md lists it. */
  dialStatus?: string;
  /** The extension that transferred the call here. */
  transferredBy?: string;
  /** The CallID of the call that this one was joined with last, by an attended transfer. */
  relatedCallId?: string;
  /** The queue that the call came through. */
  queue?: string;
  /** Channel variables that the configuration names. */
  variables?: Record<string, string>;
}

/**
 * A leg in one word, `1700000000.12/101/IN`: what `LegID` says, and what keeps the deliveries of a leg in order. With
 * the start-up time of Asterisk and the server's name behind it, where they are known.
 */
export function legKeyOf({ server, startup, uniqueid, extension, flow }: LegKey): string {
  return [uniqueid, extension, flow, ...[startup, server].filter((part) => part !== '')].join('/');
}

/** `IN`: the extension is called. `OUT`: it calls. */
export type CallFlow = 'IN' | 'OUT';

/** `CALLING` on Dial events, `ANSWER` once the leg was answered, `UNKNOWN` when it has ended without an answer. */
export type CallStatus = 'CALLING' | 'ANSWER' | 'UNKNOWN';

/**
 * Which leg. Every service that receives the events of its beginning names it in the same way, whenever that service
 * was started: nothing in it is counted, and it is not the call's, which a transfer can merge with another.
 */
export interface LegKey {
  /** The server's name in config.yaml; empty where there is only one. */
  server: string;
  /** When Asterisk was started, in its own words: Uniqueids can come again after a restart. Empty: it does not say. */
  startup: string;
  /**
   * Uniqueid of the leg's first channel. For a queue: that of its caller, a hyphen, and how often that caller has
   * joined a queue: `1700000000.12-2`.
   */
  uniqueid: string;
  extension: string;
  flow: CallFlow;
}

/**
 * The parameters of the request, by the names that go out. An absent one is unknown and is left out of the request.
 */
export interface CallParameters {
  CallID: string;
  CallerIDNum?: string;
  CallerIDNam?: string;
  CallerExtension?: string;
  CalledExtension?: string;
  CalledNumber?: string;
  CalledDID?: string;
  CallFlow: CallFlow;
  CallStatus: CallStatus;
}

/**
 * Who calls whom, and once the leg has ended whether it was answered: `+31612345678 → 101, not answered here`, and how
 * it was transferred. Another phone may have answered the call: whether anybody did is not known to a Hangup.
 */
export function describeCall(
  callEvent: Pick<CallEvent, 'event' | 'params'> & Partial<Pick<CallEvent, 'details'>>,
): string {
  return [describeParties(callEvent), ...describeTransfer(callEvent.details ?? {})].join(', ');
}

/** `transferred by 102`, `joined with call 1700000000.14`: what there is of it. */
export function describeTransfer({ transferredBy, relatedCallId }: CallDetails): string[] {
  return [
    ...(transferredBy === undefined ? [] : [`transferred by ${transferredBy}`]),
    ...(relatedCallId === undefined ? [] : [`joined with call ${relatedCallId}`]),
  ];
}

function describeParties({ event, params }: Pick<CallEvent, 'event' | 'params'>): string {
  const { CallerIDNum, CallerExtension, CalledExtension, CalledNumber, CallFlow, CallStatus } = params;
  const who = `${CallerExtension ?? CallerIDNum ?? 'hidden'} → ${CalledExtension ?? CalledNumber ?? '?'}`;
  if (event !== 'hangup') return who;
  if (CallStatus === 'ANSWER') return `${who}, answered`;
  return `${who}, not answered${CallFlow === 'IN' ? ' here' : ''}`;
}
