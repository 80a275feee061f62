import { callingLegs } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { answererOf, type Dial, dialResult } from '../model/dial.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { callerOf, type Origin } from './walk-back-to-caller.ts';

/**
 * A dial was answered: so is the phone that it reached, when every dial around it agrees; and so is the caller's leg,
 * when somebody was reached. Behind a Local channel it may be an application (voicemail, a queue), which is nobody.
 * @param origin where the dial comes from, when its result is a result there; else absent
 */
export function answered(state: TrackerState, dial: Dial, origin: Origin | undefined, at: number | undefined): void {
  const phone = answererOf(dial);
  if (phone?.leg?.flow === 'IN' && dialResult(phone) === 'answered') state.legs.answer(phone.leg, at);
  if (phone === undefined || origin === undefined) return;
  const caller = callerOf(origin);
  for (const leg of callingLegs(caller)) state.legs.answer(leg, at, phone.extension);
  if (origin.channel !== undefined) state.legs.missed.originAnswered(origin.channel.uniqueid);
}

/** `channel` hears `other`: its leg was answered with that, by `other` when that is an extension of the same call. */
export function connect(state: TrackerState, channel: Channel, other: Channel, at: number | undefined): void {
  channel.markConnected();
  state.legs.missed.originConnected(channel.uniqueid);
  for (const leg of [channel.leg, channel.lineLeg]) {
    if (leg === undefined) continue;
    const calledHere = !leg.answered && other.leg?.flow === 'IN' && other.leg.call === leg.call;
    state.legs.answer(leg, at, calledHere ? other.extension : undefined);
  }
}

/** Whether a channel's own part of its leg was answered, as far as that is known when it ends. */
export function wasAnswered(channel: Channel): boolean {
  const { leg } = channel;
  if (channel.wasConnected) return true;
  if (leg === undefined || !channel.wasUp) return false;
  if (leg.flow === 'OUT') return !leg.causedDial;
  if (channel.isPicker) return true;
  const result = dialResult(channel);
  // A phone whose call is picked up before its dial has ended has answered too late.
  return result === 'answered' || (result === 'pending' && !channel.isPickedUp);
}
