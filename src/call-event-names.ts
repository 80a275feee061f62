/*
 * The words of the contract that every room speaks, each written once: call events, their titles, and parameters.
 */

/** The call events, in the order in which a call has them. */
export const CALL_EVENT_NAMES = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup', 'missed'] as const;

export type CallEventName = (typeof CALL_EVENT_NAMES)[number];

/** The name of an event as an administrator knows it. */
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

/** Parameters beyond VoipNow's, sent where a rule or `parameters` asks for them. */
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

/** Every parameter that a call event may have; `CallerIDName` is that of `profile: voipnow`. Channel variables come on top. */
export const ALL_PARAMETERS: readonly string[] = [...CALL_PARAMETERS, 'CallerIDName', ...EXTRA_PARAMETERS];

/** Those whose values are whole numbers: of seconds. */
export const NUMBER_PARAMETERS: readonly string[] = ['Duration', 'TalkTime'];
