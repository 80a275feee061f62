import type { CallEventName } from '../call-event-names.ts';

export type { CallEventName };

/** What `calls` gives and `rules` takes: something happened to one extension's leg of one call. */
export interface CallEvent {
  event: CallEventName;
  leg: LegKey;
  /** The leg's channel that it happened on, by its name. */
  channel: string;
  /** Milliseconds since 1970 when it happened, by Asterisk's own timestamp where it gives one; absent in a log without. */
  at?: number;
  params: CallParameters;
  /** What goes out only where a rule asks for it. */
  details: CallDetails;
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
  /** How the last dial ended: ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL, ANSWERED_ELSEWHERE. */
  dialStatus?: string;
  /** The extension that transferred the call here. */
  transferredBy?: string;
  /** The queue that the call came through. */
  queue?: string;
  /** Channel variables that the configuration names. */
  variables?: Record<string, string>;
}

/** A leg in one word: what `LegID` says, and what keeps the deliveries of a leg in order. */
export function legKeyOf({ callId, extension, flow, number }: LegKey): string {
  return `${callId}/${extension}/${flow}/${number}`;
}

export type CallFlow = 'IN' | 'OUT';

export type CallStatus = 'CALLING' | 'ANSWER' | 'UNKNOWN';

/** Which leg: every service that receives the same events gives a leg the same four values. */
export interface LegKey {
  /** Frozen when the leg opens. */
  callId: string;
  extension: string;
  flow: CallFlow;
  /** 1 for the first leg of this extension in this call and direction, 2 when it is rung again, and so on. */
  number: number;
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
