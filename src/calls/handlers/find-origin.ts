import type { Channel } from '../model/channel.ts';
import { createDial, type Dial, MAX_DEPTH, outerDial } from '../model/dial.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { rememberCreator } from './channel-creator.ts';
import { directOrigin, type Origin, originAt, type Surroundings, walkBackToOrigin } from './walk-back-to-caller.ts';

/**
 * Where a dial comes from. For a channel on the way that no DialBegin names although it is part of a call, it finds who
 * made it, and notes that on the channel: it stays who made it when it has been transferred to another party meanwhile.
 */
export function findOrigin(state: TrackerState, dial: Dial): Origin {
  return originAround(state, dial, (made) => rememberCreator(state, made));
}

/** The same by dials alone: nobody is found for a consultation. */
export function findOriginByDials(state: TrackerState, dial: Dial): Origin {
  return originAround(state, dial, () => undefined);
}

/** Who speaks through a channel: itself, or who is behind a Local channel, or was put in its place. */
export function findOriginOf(state: TrackerState, channel: Channel): Origin {
  if (!channel.isLocal && channel.replacement === undefined) return originAt(channel);
  return findOriginByDials(state, createDial({ source: channel, dest: channel, exten: '' }));
}

function originAround(state: TrackerState, dial: Dial, creatorOf: Surroundings['creatorOf']): Origin {
  // Most dials are direct, and need nothing of what the walk does.
  return (
    directOrigin(dial) ??
    walkBackToOrigin(dial, {
      creatorOf,
      partyWith: (half) => firstOf(state.bridges.partiesWith(half)),
      rungBy: (half, callerIdNum) => rungBy(state, half, callerIdNum),
    })
  );
}

function rungBy(state: TrackerState, half: Channel, callerIdNum: string): Channel | undefined {
  let only: Channel | undefined;
  for (const channel of state.channels.all()) {
    const dial = channel.incomingDial;
    if (dial?.source !== half || dial.status !== undefined || channel.callerIdNum !== callerIdNum) continue;
    if (only !== undefined || !isParty(channel)) return undefined;
    only = channel;
  }
  return only;
}

function firstOf(channels: Iterable<Channel>): Channel | undefined {
  for (const channel of channels) return channel;
  return undefined;
}

/**
 * Where a dial comes from, when its result is a result there: no dial outside of it is still open, or has failed. (A
 * Local channel that is answered already goes on dialling where its dialplan has answered first, or where who it
 * reached is transferred.)
 */
export function findOutermostOrigin(state: TrackerState, dial: Dial): Origin | undefined {
  let outer = outerDial(dial);
  for (let depth = 0; outer !== undefined && depth < MAX_DEPTH; depth++) {
    if (outer.status !== 'ANSWER') return undefined;
    outer = outerDial(outer);
  }
  return findOrigin(state, dial);
}
