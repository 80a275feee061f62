/** What `calls` gives and `rules` takes: something happened to one extension's leg of one call. */
export interface CallEvent {
  event: CallEventName;
  leg: LegKey;
  /** Milliseconds since 1970 when it happened, by Asterisk's own timestamp where it gives one; absent in a log without. */
  at?: number;
  params: CallParameters;
}

export type CallEventName = 'dial-in' | 'dial-out' | 'answer-in' | 'answer-out' | 'hangup';

export const CALL_EVENT_NAMES: readonly CallEventName[] = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup'];

export type CallFlow = 'IN' | 'OUT';

export type CallStatus = 'CALLING' | 'ANSWER' | 'UNKNOWN';

/** Which leg: the same four values give the same leg on every bridge that sees the same events. */
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
