import type { LivingChannel } from '../../ami/ami-events.ts';
import { isMasqueradeLeftover } from '../../ami/channel-name.ts';
import { endChannel } from '../handlers/hangup.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/** What a list of the living channels has shown that no event had. */
export interface CheckResult {
  /** How many channels Asterisk listed. */
  listed: number;
  /** Names of channels that have ended without a Hangup that was seen; their legs have ended with this. */
  gone: string[];
  /** Names of channels that live, and that no event has shown: events are withheld. */
  unseen: string[];
}

/** The channels that are known now, each with when an event showed it last. */
export type Known = ReadonlyMap<Channel, number>;

/** The list is about to be asked for. */
export function knownNow(state: TrackerState): Known {
  return new Map([...state.channels.all()].map((channel) => [channel, channel.seenAt]));
}

/**
 * Compares what is known with the channels that live, while events come as always. What was known when the list was
 * asked for, is not in it and was not shown since has ended. All others are left as they are: it is for events to show
 * them.
 * @param known when the list was asked for
 * @param at now; absent without timestamps
 */
export function endUnlistedChannels(
  state: TrackerState,
  known: Known,
  listed: readonly LivingChannel[],
  at: number | undefined,
): CheckResult {
  const uniqueids = new Set(listed.map(({ uniqueid }) => uniqueid));
  // In AMI 1.x a masquerade gives a channel the Uniqueid of another one, and its name goes on.
  const names = new Set(listed.map(({ channel }) => channel));
  const gone: string[] = [];
  for (const [channel, seenAt] of known) {
    const { uniqueid, name } = channel;
    if (uniqueids.has(uniqueid) || names.has(name)) state.channels.touch(channel, at);
    else if (channel.seenAt === seenAt && state.channels.get(uniqueid) === channel) {
      gone.push(name);
      endChannel(state, channel, at);
    }
  }
  const unseen = listed.flatMap(({ uniqueid, channel }) =>
    state.channels.isKnown(uniqueid) || state.channels.named(channel) !== undefined || isMasqueradeLeftover(channel)
      ? []
      : [channel],
  );
  return { listed: listed.length, gone, unseen };
}
