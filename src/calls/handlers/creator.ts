import type { Channel } from '../model/channel.ts';
import { type Dial, MAX_DEPTH, outerDial } from '../model/dial.ts';
import { isParty } from '../model/party.ts';
import type { State } from '../model/state.ts';
import { type Origin, originOf } from './origin.ts';

/**
 * Where a dial comes from. For a channel on the way that no DialBegin names although it is part of a call, it finds who
 * made it, and notes that on the channel: it stays who made it when it has been transferred to another party meanwhile.
 */
export function findOrigin(state: State, dial: Dial): Origin {
  return originOf(dial, {
    creatorOf: (made) => rememberCreator(state, made),
    partyWith: (half) => firstOf(state.bridges.partiesWith(half)),
  });
}

function firstOf(channels: Iterable<Channel>): Channel | undefined {
  for (const channel of channels) return channel;
  return undefined;
}

/**
 * The caller, when the result of this dial is its result: no dial outside of it is still open, or has failed. (A Local channel
 * that is answered already goes on dialling where its dialplan has answered first, or where who it reached is transferred.)
 */
export function findOutermostCaller(state: State, dial: Dial): Channel | undefined {
  let outer = outerDial(dial);
  for (let depth = 0; outer !== undefined && depth < MAX_DEPTH; depth++) {
    if (outer.status !== 'ANSWER') return undefined;
    outer = outerDial(outer);
  }
  const { channel, inNameOnly } = findOrigin(state, dial);
  return inNameOnly ? undefined : channel;
}

/** Who made a channel; found when that is first asked, and remembered. */
function rememberCreator(state: State, made: Channel): Channel | undefined {
  if (made.createdBy === undefined) {
    const creator = findCreator(state, made);
    if (creator !== undefined) made.markCreatedBy(diallingHalfOf(state, creator, made) ?? creator);
  }
  return made.createdBy;
}

/**
 * A channel in a call of two with a Local channel dials nothing itself meanwhile: the half behind that one does, as long as
 * it is in no bridge. (A queue's member that is a Follow-Me; a consultation with a ring group.)
 */
function diallingHalfOf(state: State, creator: Channel, made: Channel): Channel | undefined {
  if (!creator.isInTwoPartyBridge) return undefined;
  for (const other of state.bridges.othersWith(creator)) {
    const behind = other.isLocal && !other.isSecondHalf && other !== made ? other.partner : undefined;
    if (behind !== undefined && behind.bridge === undefined) return behind;
  }
  return undefined;
}

/**
 * Who made a channel that no DialBegin names: the consultation of an attended transfer by feature code, where the
 * transferrer is in a bridge with its Local channel; or Page(), where the Linkedid is that of the channel that pages.
 */
function findCreator(state: State, made: Channel): Channel | undefined {
  for (const other of state.bridges.othersWith(made)) if (isParty(other)) return other;
  const callerIdNum = made.partner?.callerIdNum ?? made.connectedLineNum;
  // The first channel of the call may have ended, such as the Local channel of a click to call.
  const first = state.channels.get(made.linkedid);
  if (first === made) return undefined;
  if (first?.callerIdNum === callerIdNum) return first;
  for (const other of state.channels.all()) {
    if (other.linkedid === made.linkedid && other !== made && isParty(other) && other.callerIdNum === callerIdNum)
      return other;
  }
  // After a gap the channel that made it may not be known yet.
  return state.knownAtListRequest === undefined ? first : undefined;
}
