import { usableExten } from './ami-values.ts';
import type { Channel } from './channel.ts';
import type { Leg } from './leg.ts';

/*
 * Derives whether a channel calls or was called, and the number that it dialled itself.
 */

/** Whether this PBX called the channel: it has neither called in, nor dialled a number. */
export function wasCalled(channel: Channel): boolean {
  // By its Newchannel alone it may be a line that goes off hook before it dials, whose next event was missed.
  const isKnownCallee = channel.role === 'callee' && channel.firstSeen !== 'beginning';
  return (channel.incomingDial !== undefined || isKnownCallee) && !channel.isPicker;
}

/**
 * The legs that are answered when the channel's call is: its own OUT leg, and the leg of the line that it has called.
 */
export function callingLegs(channel: Channel | undefined): Leg[] {
  const own = channel?.leg?.flow === 'OUT' ? [channel.leg] : [];
  return channel?.lineLeg === undefined ? own : [...own, channel.lineLeg];
}

/**
 * Whether it is uncertain that the channel calls: its beginning was missed, or its Newchannel looked like a called
 * channel's.
 */
export function mayHaveBeenCalled(channel: Channel): boolean {
  const isUnsure = channel.firstSeen !== 'beginning' || channel.role === 'callee';
  return wasCalled(channel) || (isUnsure && ownNumber(channel) === undefined);
}

/**
 * The number that a channel dialled itself, as far as its beginning shows; absent when it dialled none, or it is not
 * known. A called channel has dialled none: its FROM_DID is its caller's, and its Exten may be the line's own.
 */
export function ownNumber(channel: Channel): string | undefined {
  if (channel.incomingDial !== undefined || channel.isPicker) return undefined;
  // One whose beginning was missed may have been called: then it has inherited the variable.
  const fromDid = channel.role === 'caller' ? usableExten(channel.fromDid) : undefined;
  const dialled = usableExten(channel.dialledExten);
  return channel.prefersFromDid && channel.extension === undefined ? (fromDid ?? dialled) : (dialled ?? fromDid);
}

/**
 * Whether, gone Up, it may be a caller whom an application answered. One whose beginning was missed is not: it may as
 * well have been called.
 */
export function mayBeApplicationCall(channel: Channel): boolean {
  return (
    channel.extension !== undefined &&
    (channel.role === 'originated' || (channel.role === 'caller' && channel.incomingDial === undefined)) &&
    channel.leg === undefined &&
    !channel.hasDialled &&
    channel.firstSeen !== 'up' &&
    !channel.isPicker
  );
}
