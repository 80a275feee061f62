import type { Channel } from './channel.ts';

/**
 * Channels that Asterisk makes for itself, in conferences and announcements, and those that bring sound to an application
 * or from it (ARI's external media and snooping): no party to a call.
 */
const HELPER =
  /^(CBAnn|CBRec|Announcer|Recorder|ConfBridgeRecorder|Bridge|Message|Surrogate|AsyncGoto|UnicastRTP|AudioSocket|WebSocket|Snoop)\//;

/** Whether a channel of this name is one of these. */
export function isHelper(name: string): boolean {
  return HELPER.test(name);
}

/** Whether a person can be on it: no Local channel and no helper. */
export function isParty(channel: Channel): boolean {
  return !channel.isLocal && !isHelper(channel.name);
}
