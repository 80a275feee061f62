import { usableExten } from '../model/ami-values.ts';
import { mayBeApplicationCall } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { PICKUP_GRACE_MS, type TrackerState } from '../model/tracker-state.ts';
import { dialledNumber, originatedApplicationNumber } from './dialled-number.ts';
import { dialOut } from './leg-opening.ts';
import { dismissAgent } from './queue-agent.ts';
import { originAt } from './walk-back-to-caller.ts';

/** Concludes the calls of channels that went Up long enough ago. @param now milliseconds since 1970 */
export function concludeExpired(state: TrackerState, now: number): void {
  for (const [channel, upAt] of state.upWithoutDial) {
    // A clock that was set back a little must not make it wait until it is as late again.
    if (upAt !== undefined && now < upAt) state.upWithoutDial.set(channel, now);
    if (upAt === undefined || now - upAt < PICKUP_GRACE_MS) return;
    concludeApplicationCall(state, channel, now);
  }
}

/**
 * It was no pickup: the channel's call was answered by an application, which is a Dial-Out. Does nothing for a channel
 * of which that is already known, nor, after a gap, before the list of channels has come: it may have picked up
 * meanwhile.
 */
export function concludeApplicationCall(state: TrackerState, channel: Channel, at: number | undefined): void {
  if (state.knownAtListRequest?.has(channel.uniqueid)) return;
  if (!state.upWithoutDial.delete(channel) || !mayBeApplicationCall(channel)) return;
  dismissAgent(state, channel);
  dialOut(state, channel, applicationNumber(channel), 'application', at);
  if (channel.wasConnected && channel.leg?.flow === 'OUT') state.legs.answer(channel.leg, at);
}

/**
 * A channel is in a bridge with another party: a click to call is no pickup then, but its number may still have to
 * come, with the OriginateResponse.
 */
export function concludeIfNumberKnown(state: TrackerState, channel: Channel, at: number | undefined): void {
  if (applicationNumber(channel) !== undefined) concludeApplicationCall(state, channel, at);
}

/** The number that was dialled to reach the application; absent when it is not known, or none was. */
function applicationNumber(channel: Channel): string | undefined {
  if (channel.isOriginated) return originatedApplicationNumber(channel);
  return dialledNumber(originAt(channel)) ?? usableExten(channel.exten);
}
