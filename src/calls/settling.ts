import type { Channel } from './channel.ts';
import { dialOut } from './opening.ts';
import { dialledNumber, originatedApplicationNumber } from './origin.ts';
import type { State } from './state.ts';
import { usableExten } from './value.ts';

/**
 * A caller that goes Up with no dial was answered by an application, unless a pickup shows within this time. Asterisk
 * itself waits up to 500 ms for sound between answering the picker's channel and the Pickup (`ast_answer`); with phones
 * that send none it was 511 ms (fixtures/pickup-channel).
 */
export const SETTLE_MS = 750;

/**
 * Whether a channel that has gone Up may be a caller whom an application answered. One whose beginning was not seen is
 * none: it may as well have been called.
 */
export function waitsForSettling(channel: Channel): boolean {
  return (
    channel.extension !== undefined &&
    ((channel.firstExten !== undefined && !channel.madeToBeCalled) || channel.originated) &&
    channel.leg === undefined &&
    !channel.hasDialled &&
    !channel.silent &&
    !channel.pickedUp &&
    (channel.dialledBy === undefined || channel.originated)
  );
}

/** Time passes: settles the channels that have waited long enough. */
export function settleBefore(state: State, now: number): void {
  for (const [channel, upAt] of state.settling) {
    // A clock that was set back a little must not make it wait until it is as late again.
    if (upAt !== undefined && now < upAt) state.settling.set(channel, now);
    if (upAt === undefined || now - upAt < SETTLE_MS) return;
    settle(state, channel, now);
  }
}

/**
 * It was no pickup: the channel's call was answered by an application, which is a Dial-Out. Does nothing for a
 * channel that does not wait, nor, after a gap, before it is known what became of it: it may have picked up meanwhile.
 */
export function settle(state: State, channel: Channel, at: number | undefined): void {
  if (state.knownWhenAsked?.has(channel.uniqueid)) return;
  if (!state.settling.delete(channel) || !waitsForSettling(channel)) return;
  dialOut(state, channel, applicationNumber(channel), at, false);
  if (channel.talked && channel.leg?.flow === 'OUT') state.legs.answer(channel.leg, at);
}

/**
 * A channel is in a bridge with another party: that settles a click to call too, unless its number is still to come, with
 * the OriginateResponse.
 */
export function settleNumbered(state: State, channel: Channel, at: number | undefined): void {
  if (applicationNumber(channel) !== undefined) settle(state, channel, at);
}

/** The number that was dialled to reach the application. */
function applicationNumber(channel: Channel): string | undefined {
  if (channel.originated) return originatedApplicationNumber(channel);
  const origin = { channel, originated: false, dialling: channel, exten: '', through: undefined };
  return dialledNumber(origin) ?? usableExten(channel.exten);
}
