import type { DialBegin, DialEnd } from '../../ami/events.ts';
import { usableExten } from '../model/ami-values.ts';
import { type Channel, isParty } from '../model/channel.ts';
import { answererOf, type Dial, outerDial } from '../model/dial.ts';
import type { State } from '../model/state.ts';
import { answered } from './answer.ts';
import { awaitsNumber, deferDial, flushDialsOf } from './deferred-dials.ts';
import { endChannel } from './hangup.ts';
import { dialIn, dialOut } from './leg-opening.ts';
import { dialledNumber, hasNoNumber, type Origin, originOf } from './origin.ts';
import { takeOverOriginated } from './pickup.ts';

/** A dial begins: the caller's leg opens first, then that of the phone that is dialled. */
export function dialBegin(state: State, event: DialBegin): void {
  const dest = state.observe(event.dest, event.at);
  if (dest === undefined) return;
  const source = event.source && (state.observe(event.source, event.at) ?? state.channels.detached(event.source));
  const dial: Dial = {
    source,
    dest,
    exten: event.source?.exten ?? '',
    status: undefined,
    beginMissed: false,
    endMayBeMissed: false,
  };
  dest.dialledBy = dial;
  // A calling channel that is dialled is picking up: its going Up was no call of its own.
  if (state.upWithoutDial.delete(dest)) {
    dest.isPicker = true;
    state.skip('dial-out', 'pickup', dest, event.at);
  }
  if (needsChannelList(state, dial)) {
    const involved = source === undefined ? [] : [source];
    deferDial(state, 'list', dest, involved, event.at, () => routeDial(state, dial, event.at));
  } else routeDial(state, dial, event.at);
}

/** Whether the list of channels is on its way, and may tell who dials, or what was dialled. */
function needsChannelList(state: State, dial: Dial): boolean {
  if (state.knownAtListRequest === undefined) return false;
  const { channel } = originIn(state, dial);
  if (channel !== undefined) return channel.dialledExten === undefined && channel.leg === undefined;
  // Who is the first of its call was originated: nobody dials it.
  const front = (dial.source?.isSecondHalf ? dial.source.partner : dial.source) ?? dial.dest;
  return front.linkedid !== front.uniqueid;
}

/** Tells of a dial: of the legs that it opens, now or once the number is named; or that it opens none. */
function routeDial(state: State, dial: Dial, at: number | undefined): void {
  const { source, dest } = dial;
  const origin = originIn(state, dial);
  if (origin.originated) {
    if (dest.isLocal) return;
    dest.originated = true;
    state.skip('dial-in', 'originated', dest, at);
    return;
  }
  const phone = origin.channel;
  if (phone !== undefined && wasRungWithoutDial(phone)) phone.originated = true;
  if (phone !== undefined && (awaitsNumber(state, phone) || hasNoNumber(origin))) {
    phone.hasDialled = true;
    state.upWithoutDial.delete(phone);
    const involved = source === undefined ? [dest] : [source, dest];
    deferDial(state, 'number', phone, involved, at, () => openLegsOfDial(state, dial, origin, at));
  } else openLegsOfDial(state, dial, origin, at);
}

/**
 * A phone that was made to be called in a call of its own: Asterisk rang it, and told no dial. So does call completion
 * (fixtures/call-completion).
 */
function wasRungWithoutDial(phone: Channel): boolean {
  return phone.createdAsCallee && phone.dialledBy === undefined && phone.linkedid === phone.uniqueid && phone.wasUp;
}

/** The legs that a dial opens. */
function openLegsOfDial(state: State, { source, dest }: Dial, origin: Origin, at: number | undefined): void {
  const caller = origin.channel;
  if (caller !== undefined && state.channels.get(caller.uniqueid) === caller) {
    caller.hasDialled = true;
    dialOut(state, caller, dialledNumber(origin), at, true);
  }
  if (dest.isLocal) return;
  const callId = (source ?? dest).linkedid;
  endUnseenRing(state, dest, callId, at);
  dialIn(state, dest, origin, callId, at);
}

/**
 * After a gap, before the list of channels has come: an extension that is rung anew by a call that rang it before has
 * ended that ring unseen (a queue that tries again). What was shown since, or was answered, goes on.
 */
function endUnseenRing(state: State, dest: Channel, callId: string, at: number | undefined): void {
  if (state.unconfirmed.size === 0 || dest.extension === undefined || dest.leg !== undefined) return;
  const leg = state.legs.find(callId, dest.extension.name, 'IN');
  const rings = leg?.channels ?? [];
  if (rings.every((channel) => state.unconfirmed.has(channel) && !channel.wasUp))
    for (const channel of rings) endChannel(state, channel, at);
}

/** A dial ends, with an answer or without. */
export function dialEnd(state: State, event: DialEnd): void {
  const dest = state.observe(event.dest, event.at);
  if (dest === undefined) return;
  flushDialsOf(state, dest);
  const source = event.source && state.observe(event.source, event.at);
  const exten = event.source?.exten ?? '';
  const isPicker = dest.dialledBy === undefined && usableExten(dest.dialledExten) !== undefined;
  dest.dialledBy ??= { source, dest, exten, status: undefined, beginMissed: true, endMayBeMissed: false };
  const dial = dest.dialledBy;
  // A queue tells it a second time, as cancelled.
  const isFirst = dial.status === undefined;
  dial.status = event.dialStatus;
  const caller = outermostCaller(state, dial);
  if (isFirst) recordDialStatus(state, dial, caller, event.dialStatus);
  if (event.dialStatus !== 'ANSWER') return;
  if (dial.source !== undefined) dial.source.answeredDial = dial;
  if (isPicker && source !== undefined) pickupByReplaces(state, dial, source.linkedid, event.at);
  answered(state, dial, caller, event.at);
}

/** A phone behind a Local channel that was answered inside has the status of the dial outside, where that is another one. */
function recordDialStatus(state: State, dial: Dial, caller: Channel | undefined, status: string): void {
  const called = status === 'ANSWER' && dial.dest.isLocal ? undefined : (answererOf(dial) ?? dial.dest);
  for (const [leg, flow] of [[called?.leg, 'IN'] as const, [caller?.leg, 'OUT'] as const]) {
    if (leg?.flow !== flow) continue;
    leg.dialStatus = status;
    state.legs.changed(leg);
  }
}

/**
 * A dial ends at a channel that was not dialled but has called by itself: an INVITE with Replaces took over the ringing
 * phone's place in the dial.
 */
function pickupByReplaces(state: State, dial: Dial, callId: string, at: number | undefined): void {
  const picker = dial.dest;
  picker.isPicker = true;
  if (state.upWithoutDial.delete(picker)) state.skip('dial-out', 'pickup', picker, at);
  const origin = originIn(state, dial);
  if (origin.originated) takeOverOriginated(state, picker, at);
  else if (picker.leg === undefined) dialIn(state, picker, origin, callId, at);
}

function originIn(state: State, dial: Dial): Origin {
  return originOf(dial, (half) => creatorOf(state, half));
}

/** The caller, when this dial is the outermost one that it causes; an inner dial's result is not its result. */
function outermostCaller(state: State, dial: Dial): Channel | undefined {
  return outerDial(dial) === undefined ? originIn(state, dial).channel : undefined;
}

/**
 * Who made a channel that nobody is seen to dial: the consultation of an attended transfer by feature code, where the
 * transferrer is in a bridge with its Local channel; or Page(), where the Linkedid is that of the channel that pages.
 * It stays who made it when it has been transferred to somebody else meanwhile.
 */
function creatorOf(state: State, made: Channel): Channel | undefined {
  if (made.createdBy === undefined) {
    const maker = findCreator(state, made);
    made.createdBy = maker && (diallingHalfOf(state, maker, made) ?? maker);
  }
  return made.createdBy;
}

/**
 * Who is in a call of two with a Local channel dials nothing itself meanwhile: the half behind it does, as long as that one
 * is in no bridge. (A queue's member that is a Follow-Me; a consultation with a ring group.)
 */
function diallingHalfOf(state: State, maker: Channel, made: Channel): Channel | undefined {
  if (!maker.isInTwoPartyBridge) return undefined;
  for (const other of state.bridges.othersWith(maker)) {
    const behind = other.isLocal && !other.isSecondHalf && other !== made ? other.partner : undefined;
    if (behind !== undefined && behind.bridge === undefined) return behind;
  }
  return undefined;
}

function findCreator(state: State, made: Channel): Channel | undefined {
  for (const other of state.bridges.othersWith(made)) if (isParty(other)) return other;
  const callerIdNum = made.partner?.callerIdNum ?? made.connectedLineNum;
  const first = state.channels.get(made.linkedid);
  if (first === undefined || first === made || first.callerIdNum === callerIdNum)
    return first === made ? undefined : first;
  for (const other of state.channels.all()) {
    if (other.linkedid === made.linkedid && other !== made && isParty(other) && other.callerIdNum === callerIdNum)
      return other;
  }
  // After a gap whoever it was may not be known yet.
  return state.knownAtListRequest === undefined ? first : undefined;
}
