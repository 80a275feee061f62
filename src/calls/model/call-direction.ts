import { usableExten } from './ami-values.ts';
import type { Channel } from './channel.ts';
import type { Leg } from './leg.ts';

/*
 * Whether a channel calls or was called, and what it dialled itself: follows from what is known of it.
 */

/** Whether it came into its call by being called, by this PBX: it has not called in, nor dialled any number. */
export function wasCalled(channel: Channel): boolean {
  // By its Newchannel alone it may be a line that goes off hook before it dials, whose next event was missed.
  const isKnownCallee = channel.role === 'callee' && channel.firstSeen !== 'beginning';
  return (channel.dialledBy !== undefined || isKnownCallee) && !channel.isPicker;
}

/** The legs of a channel's own call, and of the line on which it has come in: who answers it answers these. */
export function callingLegs(channel: Channel | undefined): Leg[] {
  const own = channel?.leg?.flow === 'OUT' ? [channel.leg] : [];
  return channel?.lineLeg === undefined ? own : [...own, channel.lineLeg];
}

/** Whether it is not sure that it called: its beginning was missed, or what came of a channel that was made as if to be called. */
export function mayHaveBeenCalled(channel: Channel): boolean {
  const isUnsure = channel.firstSeen !== 'beginning' || channel.role === 'callee';
  return wasCalled(channel) || (isUnsure && ownNumber(channel) === undefined);
}

/**
 * The number that it dialled itself, as far as its beginning shows; absent when that is none, or not known. A channel that was
 * called has dialled none: its FROM_DID is its caller's, and its Exten may be the line's own.
 */
export function ownNumber(channel: Channel): string | undefined {
  if (channel.dialledBy !== undefined || channel.isPicker) return undefined;
  // One whose beginning was missed may have been called: then it has inherited the variable.
  const fromDid = channel.role === 'caller' ? usableExten(channel.fromDid) : undefined;
  const dialled = usableExten(channel.dialledExten);
  return channel.prefersFromDid && channel.extension === undefined ? (fromDid ?? dialled) : (dialled ?? fromDid);
}

/**
 * Whether, gone Up, it may be a caller whom an application answered. One whose beginning was missed is not: it may as well
 * have been called.
 */
export function mayBeApplicationCall(channel: Channel): boolean {
  return (
    channel.extension !== undefined &&
    (channel.role === 'originated' || (channel.role === 'caller' && channel.dialledBy === undefined)) &&
    channel.leg === undefined &&
    !channel.hasDialled &&
    channel.firstSeen !== 'up' &&
    !channel.isPicker
  );
}
