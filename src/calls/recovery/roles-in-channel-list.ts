import { type ListedChannel, RING, UP } from '../../ami/ami-events.ts';
import { isFirstHalf, isLocal } from '../../ami/channel-name.ts';

/*
 * What a list of channels says of a call: who is dialled, who calls, and what Originate has made.
 */

/** The applications that are shown for a channel that is being dialled. */
const DIALLED = new Set(['AppDial', 'AppDial2', 'AppQueue']);

export function isDialled({ application }: ListedChannel): boolean {
  return DIALLED.has(application);
}

/** The half of a Local channel that is dialled. */
export function isFirstLocalHalf({ channel }: ListedChannel): boolean {
  return isFirstHalf(channel);
}

/**
 * Whether it is the half of a Local channel with which somebody consults (transfer by feature code): nobody dials it,
 * nor has Originate made it.
 */
export function isConsulted(entry: ListedChannel): boolean {
  return isFirstLocalHalf(entry) && entry.application === '' && entry.uniqueid !== entry.linkedid;
}

/** Whether a channel is not a Local one and was not made to be called. (One that was shows no application at first.) */
export function isCalling(entry: ListedChannel): boolean {
  return !isDialled(entry) && !isLocal(entry.channel) && (entry.state === RING || entry.state === UP);
}

/** Whether it is in a bridge with whom a dial of its own has reached, or who has taken that call. */
export function isConnectedDialler({ application, bridge }: ListedChannel): boolean {
  return bridge !== '' && (application === 'Dial' || application === 'Queue');
}

/** The others of a channel's call. */
export function othersOf(entry: ListedChannel, listed: readonly ListedChannel[]): ListedChannel[] {
  return listed.filter((other) => other.linkedid === entry.linkedid && other.uniqueid !== entry.uniqueid);
}

/** Whether AMI Originate or a call file rings the phone, directly or through a Local channel: nobody calls then. */
export function isOriginated(entry: ListedChannel, others: readonly ListedChannel[]): boolean {
  // A Local channel that has only just been made shows no application yet.
  const isRung = (one: ListedChannel) =>
    isFirstLocalHalf(one)
      ? one.application === 'AppDial2' || (one.application === '' && one.state !== UP)
      : one.application === 'AppDial2';
  const begins = (one: ListedChannel) => isRung(one) && one.uniqueid === one.linkedid;
  return [entry, ...others].some(begins) && !others.some(isCalling);
}

export interface Caller {
  channel: ListedChannel;
  /** The channel whose dialplan dials for it: itself, or a half of a Local channel. */
  dialling: ListedChannel;
  /** The half of a Local channel with which it consults. Absent: it does not. */
  consulted?: ListedChannel;
}

/** The caller among the channels of a call. Absent when nobody is certain to be it. */
export function callerAmong(channels: readonly ListedChannel[]): Caller | undefined {
  const callers = channels.flatMap((channel) => {
    // A channel in a bridge calls nobody just now, except through the Local channel that it is joined with.
    if (isFirstLocalHalf(channel)) return isDialled(channel) ? [] : callerBehindFirstHalf(channel, channels);
    return isCalling(channel) && channel.bridge === '' ? [{ channel, dialling: channel }] : [];
  });
  return callers.length === 1 ? callers[0] : undefined;
}

/**
 * Who calls through the first half of a Local channel. For a consultation it is in a bridge with that half, and the
 * other one dials; for click to call it is in a bridge with the other one, and the first half dials.
 */
function callerBehindFirstHalf(front: ListedChannel, channels: readonly ListedChannel[]): Caller[] {
  const half = channels.find(({ channel }) => channel === `${front.channel.slice(0, -1)}2`);
  if (half === undefined) return [];
  const [joined, dialling] = front.bridge === '' ? [half, front] : [front, half];
  return channels
    .filter(
      (channel) => channel.bridge !== '' && channel.bridge === joined.bridge && channel !== front && channel !== half,
    )
    .map((channel) => ({ channel, dialling, ...(joined === front && isConsulted(front) && { consulted: front }) }));
}
