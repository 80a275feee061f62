/*
 * The words of the contract that every room speaks, each written once: call events, their titles, and parameters.
 */

/** The call events, in the order in which a call has them. */
export const CALL_EVENT_NAMES = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup', 'missed'] as const;

export type CallEventName = (typeof CALL_EVENT_NAMES)[number];

/** The names of the events for people. */
export const CALL_EVENT_TITLES: Readonly<Record<CallEventName, string>> = {
  'dial-in': 'Dial-In',
  'dial-out': 'Dial-Out',
  'answer-in': 'Answer-In',
  'answer-out': 'Answer-Out',
  hangup: 'Hangup',
  missed: 'Missed',
};

/** The event that a text names, in upper or lower case; absent when it names none. */
export function parseCallEventName(text: string): CallEventName | undefined {
  return CALL_EVENT_NAMES.find((name) => name === text.toLowerCase());
}

/** VoipNow's parameters, in the order in which they are sent. */
export const CALL_PARAMETERS = [
  'CallID',
  'CallerIDNum',
  'CallerIDNam',
  'CallerExtension',
  'CalledExtension',
  'CalledNumber',
  'CalledDID',
  'CallFlow',
  'CallStatus',
] as const;

/**
 * Parameters beyond VoipNow's, sent where a rule or `parameters` asks for them.
 *
 * A new one needs, besides its name here: a field of `CallDetails` (calls/call-event.ts) that calls/model/leg.ts keeps
 * and calls/model/leg-details.ts reads; a place in calls/recovery/stored-call.ts; its value in rules/parameters.ts; a
 * row in docs/call-events.md.
 */
export const EXTRA_PARAMETERS = [
  'EventType',
  'EventTime',
  'LegID',
  'Duration',
  'TalkTime',
  'HangupCause',
  'DialStatus',
  'TransferredBy',
  'RelatedCallID',
  'Queue',
  'Asterisk',
] as const;

/**
 * Every parameter that a call event may have; `CallerIDName` is that of `profile: voipnow`. Channel variables come on
 * top.
 */
export const ALL_PARAMETERS: readonly string[] = [...CALL_PARAMETERS, 'CallerIDName', ...EXTRA_PARAMETERS];

/** Parameters whose values are whole numbers of seconds. */
export const NUMBER_PARAMETERS: readonly string[] = ['Duration', 'TalkTime'];
