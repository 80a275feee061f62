import type { Channel } from './channel.ts';

/**
 * The technologies of helper channels: channels that Asterisk makes for itself, in conferences and announcements, and
 * channels that carry sound to or from an application (ARI's external media and snooping). They are no party to a call.
 */
const HELPER =
  /^(CBAnn|CBRec|Announcer|Recorder|ConfBridgeRecorder|Bridge|Message|Surrogate|AsyncGoto|UnicastRTP|AudioSocket|WebSocket|Snoop)\//;

/** Whether a channel of this name is a helper channel. */
export function isHelper(name: string): boolean {
  return HELPER.test(name);
}

/** Whether a person can be on it: no Local channel and no helper. */
export function isParty(channel: Channel): boolean {
  return !channel.isLocal && !isHelper(channel.name);
}
