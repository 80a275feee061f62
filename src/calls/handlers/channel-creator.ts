import { isKnownNumber } from '../model/ami-values.ts';
import type { Channel } from '../model/channel.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/** The channel that created a channel; found at the first call, and remembered. */
export function rememberCreator(state: TrackerState, made: Channel): Channel | undefined {
  if (made.createdBy === undefined) {
    const creator = findCreator(state, made);
    if (creator !== undefined) made.markCreatedBy(diallingHalfOf(state, creator, made) ?? creator);
  }
  return made.createdBy;
}

/**
 * The half of a Local channel that nobody has dialled enters a bridge, for a consultation. The transferrer enters a
 * moment later, or hangs up before that and before the dial behind the half begins: so the transferrer is looked for
 * now.
 */
export function noteConsultation(state: TrackerState, front: Channel): void {
  if (front.createdBy !== undefined || front.incomingDial !== undefined || front.linkedid === front.uniqueid) return;
  const creator = isKnownNumber(front.connectedLineNum) ? partyShownBy(state, front) : undefined;
  if (creator !== undefined) front.markCreatedBy(diallingHalfOf(state, creator, front) ?? creator);
}

/**
 * A channel in a call of two with a Local channel dials nothing itself meanwhile: the half behind that one does, as
 * long as it is in no bridge. (A queue's member that is a Follow-Me; a consultation with a ring group.)
 */
function diallingHalfOf(state: TrackerState, creator: Channel, made: Channel): Channel | undefined {
  if (!creator.isInTwoPartyBridge) return undefined;
  for (const other of state.bridges.othersWith(creator)) {
    const behind = other.isLocal && !other.isSecondHalf && other !== made ? other.partner : undefined;
    if (behind !== undefined && behind.bridge === undefined) return behind;
  }
  return undefined;
}

/**
 * The creator of a channel that no DialBegin names: the transferrer of an attended transfer by feature code, who is in
 * a bridge with the Local channel of the consultation; or the channel that runs Page(), whose uniqueid is the Linkedid.
 */
function findCreator(state: TrackerState, made: Channel): Channel | undefined {
  for (const other of state.bridges.othersWith(made)) if (isParty(other)) return other;
  const callerIdNum = made.partner?.callerIdNum ?? made.connectedLineNum;
  // The first channel of the call may have ended, such as the Local channel of a click to call.
  const first = state.channels.get(made.linkedid);
  if (first === made) return undefined;
  if (first?.callerIdNum === callerIdNum) return first;
  // After a gap the channel that made it may not be known yet.
  return partyWithCallerId(state, made, callerIdNum) ?? (state.knownAtListRequest === undefined ? first : undefined);
}

/**
 * The party of a channel's call that it shows as its connected line; absent where that can be several, as where an
 * extension was transferred to another phone of its own.
 */
function partyShownBy(state: TrackerState, channel: Channel): Channel | undefined {
  const parties = [...partiesWithCallerId(state, channel, channel.connectedLineNum)];
  const named = parties.filter(({ callerIdName }) => callerIdName === channel.connectedLineName);
  const [only, ...more] = parties.length > 1 ? named : parties;
  return more.length === 0 ? only : undefined;
}

/** The party of a channel's call that has this number as its caller id. */
function partyWithCallerId(state: TrackerState, channel: Channel, callerIdNum: string): Channel | undefined {
  for (const party of partiesWithCallerId(state, channel, callerIdNum)) return party;
  return undefined;
}

function* partiesWithCallerId(state: TrackerState, channel: Channel, callerIdNum: string): Iterable<Channel> {
  for (const other of state.channels.all())
    if (other.linkedid === channel.linkedid && other !== channel && isParty(other) && other.callerIdNum === callerIdNum)
      yield other;
}
