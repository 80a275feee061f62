import type { Channel } from '../model/channel.ts';
import type { Awaited } from '../model/deferred-dials.ts';
import type { Dial } from '../model/dial.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { callerNumber, dialledNumber, mayBeNumberedYet } from './dialled-number.ts';
import { findOrigin } from './find-origin.ts';
import { endChannel } from './hangup.ts';
import { dialIn, dialOut, joinQueue, ringOriginated } from './leg-opening.ts';
import { openLegOfLine } from './line-calls.ts';
import { dismissAgent } from './queue-agent.ts';
import { reportSkip } from './report-skip.ts';
import { callerOf, NOBODY, type Origin } from './walk-back-to-caller.ts';

/** A dial has begun: its legs open, now, or once it is known who dials, and which number; or it opens none. */
export function routeDial(state: TrackerState, dial: Dial, at: number | undefined): void {
  const front = undialledFront(state, dial);
  if (front !== undefined) {
    // Who made it is asked now: it may be gone a moment later.
    findOrigin(state, dial);
    state.deferred.defer(dial, 'outer dial', front, at);
  } else routeWithOuter(state, dial, at);
}

/**
 * The half of a Local channel in front of a dial, when neither its own dial nor a party in a bridge with it is known
 * yet.
 */
function undialledFront(state: TrackerState, { source }: Dial): Channel | undefined {
  const front = source?.isSecondHalf ? source.partner : undefined;
  if (front === undefined || front.incomingDial !== undefined || front.linkedid === front.uniqueid) return undefined;
  for (const other of state.bridges.othersWith(front)) if (isParty(other)) return undefined;
  return front;
}

function routeWithOuter(state: TrackerState, dial: Dial, at: number | undefined): void {
  const origin = findOrigin(state, dial);
  if (needsChannelList(state, dial, origin)) state.deferred.defer(dial, 'list', dial.dest, at);
  else routeByOrigin(state, dial, origin, at);
}

/** A deferred dial has waited: for what it waited it does not wait again. @param at when it began */
export function routeDeferred(state: TrackerState, dial: Dial, waitedFor: Awaited, at: number | undefined): void {
  if (waitedFor === 'outer dial') {
    routeWithOuter(state, dial, at);
    return;
  }
  const origin = findOrigin(state, dial);
  if (waitedFor === 'list') routeByOrigin(state, dial, certainOf(state, origin), at);
  else openLegsOfDial(state, dial, origin, at);
}

/**
 * The list has not come before what becomes of the dial: that nobody is behind a Local channel may only have been
 * missed.
 */
function certainOf(state: TrackerState, origin: Origin): Origin {
  if (state.knownAtListRequest === undefined) return origin;
  if (origin.inNameOnly) return NOBODY;
  const { channel, through } = origin;
  // So may be that it consults, and what it has dialled for that.
  const mayConsult =
    channel?.isUp === true && through?.incomingDial === undefined && through?.dialledExten === undefined;
  return mayConsult && through !== undefined ? { ...origin, consulted: through } : origin;
}

/** Whether the list of channels is on its way, and may show who dials, or what was dialled. */
function needsChannelList(state: TrackerState, { source, dest }: Dial, origin: Origin): boolean {
  if (state.knownAtListRequest === undefined) return false;
  const { channel, consulted, inNameOnly } = origin;
  if (inNameOnly) return true;
  if (consulted !== undefined && consulted.dialledExten === undefined) return true;
  if (channel !== undefined) return channel.leg === undefined && lacksNumber(state, channel);
  // The first channel of its call was originated: nobody dials it.
  const front = (source?.isSecondHalf ? source.partner : source) ?? dest;
  // Unless it was answered meanwhile, and that was missed: then it is no longer its phone that is dialled.
  return front.linkedid !== front.uniqueid || state.knownAtListRequest.has(front.uniqueid);
}

/** Whether the list may show what a channel has dialled, or the variable that the configuration wants instead. */
function lacksNumber(state: TrackerState, channel: Channel): boolean {
  if (channel.dialledExten === undefined) return true;
  const mayLackVariable = state.directory.prefersFromDid === true && state.knownAtListRequest?.has(channel.uniqueid);
  return mayLackVariable === true && channel.extension === undefined && channel.fromDid === '';
}

function routeByOrigin(state: TrackerState, dial: Dial, origin: Origin, at: number | undefined): void {
  if (origin.originated) {
    if (dial.queue !== undefined) reportSkip(state, 'dial-in', 'originated', dial.dest, at);
    else if (!dial.dest.isLocal) ringOriginated(state, dial.dest, at);
    return;
  }
  const phone = origin.channel;
  if (phone !== undefined && wasRungWithoutDial(phone)) phone.markOriginated();
  if (phone !== undefined && (state.deferred.isAwaitingNumber(phone) || mayBeNumberedYet(origin))) {
    if (dial.queue === undefined) {
      phone.markDialling();
      state.upWithoutDial.delete(phone);
    }
    state.deferred.defer(dial, 'number', phone, at);
  } else openLegsOfDial(state, dial, origin, at);
}

/**
 * A phone that was made to be called in a call of its own: Asterisk rang it, and reported no dial. So does call
 * completion (fixtures/call-completion).
 */
function wasRungWithoutDial(phone: Channel): boolean {
  return (
    phone.role === 'callee' && phone.incomingDial === undefined && phone.linkedid === phone.uniqueid && phone.wasUp
  );
}

/** The legs that a dial opens: the caller's first, then that of the phone that is dialled. */
function openLegsOfDial(state: TrackerState, dial: Dial, origin: Origin, at: number | undefined): void {
  const { source, dest } = dial;
  const caller = origin.channel;
  const number = dialledNumber(origin);
  if (caller !== undefined && callerOf(origin) === caller) openLegOfLine(state, caller, at, 'now', number);
  if (dial.queue !== undefined) {
    joinQueue(state, dest, dial.queue, origin, at);
    return;
  }
  if (caller !== undefined && !origin.inNameOnly && state.channels.get(caller.uniqueid) === caller) {
    caller.markDialling();
    dismissAgent(state, caller);
    // Who consults is in a call already: if that has no leg, its beginning was missed.
    if (origin.consulted !== undefined && caller.leg === undefined)
      reportSkip(state, 'dial-out', 'seen too late', caller, at);
    else dialOut(state, caller, number, 'dial', at);
  }
  if (dest.isLocal) return;
  markReached(dest, origin);
  const callId = (source ?? dest).linkedid;
  endMissedRing(state, dest, callId, at);
  dialIn(state, dest, origin, callId, at);
}

/** An extension calls somebody: what it dialled is that one's number, if no other is shown. */
function markReached(dest: Channel, origin: Origin): void {
  if (origin.channel?.extension === undefined) return;
  const number = callerNumber(origin);
  if (number !== undefined) dest.markReachedAt(number);
}

/**
 * After a gap, before the list of channels has come: the earlier ring of an extension that its call rings anew has
 * ended, and that was missed (a queue that tries again). What was shown since, or was answered, goes on.
 */
function endMissedRing(state: TrackerState, dest: Channel, callId: string, at: number | undefined): void {
  if (state.unconfirmed.size === 0 || dest.extension === undefined || dest.leg !== undefined) return;
  const leg = state.legs.find(callId, dest.extension.name, 'IN');
  const rings = leg?.channels ?? [];
  if (rings.every((channel) => state.unconfirmed.has(channel) && !channel.wasUp))
    for (const channel of rings) endChannel(state, channel, at);
}
