import { type Pickup, RINGING } from '../../ami/ami-events.ts';
import type { CallParameters } from '../call-event.ts';
import { callingLegs, mayBeApplicationCall } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { type Dial, dialResult } from '../model/dial.ts';
import type { TakeCall } from '../model/ended-rings.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { findOrigin, findOriginByDials, findOutermostOrigin } from './find-origin.ts';
import { dialIn } from './leg-opening.ts';
import { shownParams } from './leg-params.ts';
import { reportSkip } from './report-skip.ts';
import { callerOf, type Origin } from './walk-back-to-caller.ts';

/** A channel takes over a ringing phone's call: it is called by that call's caller, and has answered. */
export function pickup(state: TrackerState, event: Pickup): void {
  const picker = state.observe(event, event.at);
  const target = state.observe(event.target, event.at);
  if (picker === undefined || target === undefined) return;
  const consulted =
    target.isLocal && target.incomingDial === undefined ? ringingBehind(state, target.partner) : undefined;
  answerAsPicker(state, picker, consulted ?? target, event.at);
  target.markPickedUp();
  if (consulted?.incomingDial !== undefined) takePlaceOf(state, picker, target, consulted.incomingDial, event.at);
  else if (target.isUp && target.incomingDial !== undefined && dialResult(target) === 'answered')
    takePlaceOf(state, picker, target, target.incomingDial, event.at);
}

/**
 * No DialEnd and no BridgeEnter comes for a picker that is put in the place of who is with the caller already: of a
 * phone that had answered in the very moment, and the pickup has won all the same; or of the Local channel with which
 * one consults by feature code.
 * @param dial that has rung the phone
 */
function takePlaceOf(state: TrackerState, picker: Channel, target: Channel, dial: Dial, at: number | undefined): void {
  const { leg } = picker;
  if (leg?.flow === 'OUT' || dial.source === undefined) return;
  picker.markConnected();
  if (leg !== undefined) state.legs.answer(leg, at);
  // Also by a picker that is no extension's: then nobody has missed the call either.
  const origin = findOutermostOrigin(state, dial);
  for (const own of callingLegs(callerOf(origin))) state.legs.answer(own, at, picker.extension);
  if (origin?.channel !== undefined) state.legs.missed.originAnswered(origin.channel.uniqueid);
  if (target.bridge !== undefined) state.bridges.enter(target.bridge, picker);
}

/** A phone that rings for a half of a Local channel, also behind further ones; absent when none does. */
function ringingBehind(state: TrackerState, half: Channel | undefined): Channel | undefined {
  if (half === undefined) return undefined;
  for (const channel of state.channels.all()) {
    if (channel.incomingDial?.source !== half || channel.incomingDial.status !== undefined) continue;
    const phone = channel.isLocal ? ringingBehind(state, channel.partner) : channel;
    if (phone !== undefined) return phone;
  }
  return undefined;
}

/** The one place where a channel becomes a picker: where it went Up for that, this was no call of its own. */
export function becomePicker(state: TrackerState, channel: Channel, at: number | undefined): void {
  channel.markPicker();
  if (state.upWithoutDial.delete(channel)) reportSkip(state, 'dial-out', 'pickup', channel, at);
}

/** `picker` answers the call that rings at `target`. */
function answerAsPicker(state: TrackerState, picker: Channel, target: Channel, at: number | undefined): void {
  state.deferred.flushOf(target);
  becomePicker(state, picker, at);
  if (target.isOriginated) takeOverOriginated(state, picker, at);
  else ringingCallOf(state, target)?.(picker, at);
}

/**
 * The call that rings at a phone, for another one to take, also when the phone has hung up meanwhile; absent when
 * nobody is known to call it.
 */
function ringingCallOf(state: TrackerState, target: Channel): TakeCall | undefined {
  const dial = target.incomingDial;
  if (dial?.source === undefined) return undefined;
  const callId = target.leg?.params.CallID ?? dial.source.linkedid;
  const origin = findOrigin(state, dial);
  const shown = shownOn(target, origin);
  return (picker, at) => {
    if (picker.leg === undefined) dialIn(state, picker, origin, callId, at, shown);
  };
}

/**
 * A ringing phone's channel hangs up: if no Pickup has taken its call, an INVITE with Replaces may have. Where a queue
 * rings the phone, no DialEnd shows that. But the two have changed places in the dialplan, too: the phone's Hangup
 * shows the number that the other one has called (fixtures/pickup-by-replaces-out-of-queue).
 * @param extenBefore what the phone's channel has shown until now
 * @returns what is to be done once the phone's channel has ended; absent when nobody took its place
 */
export function replacedWhileRinging(
  state: TrackerState,
  target: Channel,
  extenBefore: string,
  at: number | undefined,
): (() => void) | undefined {
  const isRinging = target.incomingDial === undefined ? target.state === RINGING : rings(target);
  if (!isRinging || target.wasUp || target.isPickedUp || target.exten === extenBefore) return undefined;
  for (const picker of state.upWithoutDial.keys()) {
    if (picker.isOriginated || picker.dialledExten !== target.exten) continue;
    const take = ringingCallOf(state, target);
    return () => {
      becomePicker(state, picker, at);
      take?.(picker, at);
    };
  }
  return undefined;
}

/**
 * Whether a channel that hangs up had taken the place of a phone whose dial was over by then, for its caller had given
 * up: it shows the phone's place in the dialplan (fixtures/pickup-by-replaces-as-caller-gives-up).
 */
export function tookEndedRing(state: TrackerState, picker: Channel, extenBefore: string): boolean {
  if (picker.exten === extenBefore) return false;
  for (const { incomingDial, isLocal, wasUp, exten } of state.channels.all())
    if (!isLocal && !wasUp && incomingDial?.status !== undefined && exten === picker.exten) return true;
  return false;
}

/**
 * A ringing phone ends, and nothing has shown its dial end: a caller that has just gone Up with no dial may have taken
 * that. It is sure when that one comes into a bridge with who had called the phone.
 */
export function rememberEndedRing(state: TrackerState, target: Channel, at: number | undefined): void {
  if (state.upWithoutDial.size === 0 || !rings(target) || target.wasUp || target.isOriginated) return;
  if (target.isPickedUp) return;
  const caller = findOriginByDials(state, target.incomingDial).channel;
  const take = ringingCallOf(state, target);
  if (caller !== undefined && take !== undefined) state.endedRings.add(caller, take, at);
}

/**
 * `picker` meets `caller`, whose call it has taken from a phone that rings, or did until just now; false: it has not.
 */
export function takeRingingCall(
  state: TrackerState,
  picker: Channel,
  caller: Channel,
  at: number | undefined,
): boolean {
  const target = ringingPhoneOf(state, caller);
  const take = state.endedRings.take(caller);
  if (target !== undefined) answerAsPicker(state, picker, target, at);
  else if (take !== undefined) {
    becomePicker(state, picker, at);
    take(picker, at);
  }
  return target !== undefined || take !== undefined;
}

/**
 * A dial ends at a channel that was not dialled but has called by itself: an INVITE with Replaces took over the ringing
 * phone's place in the dial.
 * @param callId the Linkedid of the channel that dials
 */
export function pickupByReplaces(state: TrackerState, dial: Dial, callId: string, at: number | undefined): void {
  const picker = dial.dest;
  becomePicker(state, picker, at);
  const origin = findOrigin(state, dial);
  const target = origin.channel && ringingPhoneOf(state, origin.channel);
  if (origin.originated) takeOverOriginated(state, picker, at);
  else if (target !== undefined) ringingCallOf(state, target)?.(picker, at);
  // After a gap, before the list of channels has come: it may have been Originate's.
  else if (picker.leg === undefined && (origin.channel !== undefined || state.knownAtListRequest === undefined))
    dialIn(state, picker, origin, callId, at);
}

/** `picker` answers where Originate rang a phone: it is the one now whose call begins. */
function takeOverOriginated(state: TrackerState, picker: Channel, at: number | undefined): void {
  picker.markOriginatedInstead();
  if (mayBeApplicationCall(picker)) state.upWithoutDial.set(picker, at);
}

/**
 * The phone that still rings for a caller, as far as that is known: after a gap its answer may have been missed. A
 * channel that comes into a bridge with that caller has taken the call from it, also where the Pickup is reported only
 * afterwards (chan_sip of Asterisk 16, fixtures/pickup-of-queue-call).
 */
function ringingPhoneOf(state: TrackerState, caller: Channel): Channel | undefined {
  for (const channel of state.channels.all())
    if (
      !channel.isLocal &&
      !channel.wasUp &&
      rings(channel) &&
      !state.unconfirmed.has(channel) &&
      findOriginByDials(state, channel.incomingDial).channel === caller
    )
      return channel;
  return undefined;
}

function rings(channel: Channel): channel is Channel & { incomingDial: Dial } {
  return (
    channel.incomingDial !== undefined && channel.incomingDial.status === undefined && !channel.incomingDial.beginMissed
  );
}

/**
 * What the phone shows whose call is picked up: the picker's own channel shows its own number. Where the call was
 * transferred meanwhile, the phone's leg still has the values of before; and where it has joined a leg, that one can
 * have been rung by another.
 */
function shownOn(target: Channel, origin: Origin): Partial<CallParameters> {
  const { leg } = target;
  if (leg === undefined && origin.inPlaceOf === undefined) return {};
  if (leg?.uniqueid !== target.uniqueid || origin.inPlaceOf !== undefined) return shownParams(target, origin.channel);
  const { CallerIDNum, CallerIDNam } = leg.params;
  return {
    ...(CallerIDNum !== undefined && { CallerIDNum }),
    ...(CallerIDNam !== undefined && { CallerIDNam }),
  };
}
