import { usableExten } from '../model/ami-values.ts';
import { mayHaveBeenCalled, ownNumber, wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { MAX_DEPTH, outerDial } from '../model/dial.ts';
import type { Origin } from './walk-back-to-caller.ts';

/*
 * Which number an origin dialled: by its own call, by Originate, for a consultation, or where it was put in a
 * transferrer's place.
 */

/**
 * What the caller dialled; absent when that is not known: as its own leg says, for that keeps what the dialplan has
 * moved on from.
 */
export function callerNumber(origin: Origin): string | undefined {
  const leg = origin.consulted === undefined && !origin.inNameOnly ? origin.channel?.leg : undefined;
  return (leg?.flow === 'OUT' ? leg.params.CalledNumber : undefined) ?? dialledNumber(origin);
}

/** The same of what it dialled itself, also where it consults somebody now: a call from outside came in on that. */
export function numberOfOwnCall(origin: Origin): string | undefined {
  // After a gap: it may as well have been called, and transferred.
  if (origin.channel !== undefined && mayHaveBeenCalled(origin.channel)) return undefined;
  if (origin.consulted === undefined) return callerNumber(origin);
  const { consulted: _, ...own } = origin;
  return callerNumber(own);
}

/**
 * The number that the origin dialled: the Exten of its Newchannel; where that is no number its FROM_DID or the Exten of
 * the dial. For click to call what Originate named, else what was shown after the answer. For a consultation what was
 * dialled for that. Absent: not known. The Exten of the dial does not count for a channel whose beginning was missed:
 * the dialplan may have moved on to a queue's number.
 */
export function dialledNumber(origin: Origin): string | undefined {
  const { channel, dialling } = origin;
  if (channel === undefined || dialling === undefined) return undefined;
  const { consulted } = origin;
  const consultedAt = usableExten(consulted?.dialledExten);
  // Where its beginning was missed, and no list has shown what it is, it may as well be a Local channel that was
  // dialled.
  if (consultedAt !== undefined || (consulted !== undefined && consulted.dialledExten === undefined))
    return consultedAt;
  if (channel.isOriginated) return originatedNumber(channel, dialling, origin.through);
  const own = ownNumber(channel);
  if (own !== undefined) return own;
  // What it dialled itself goes before what it was transferred to, and may have been missed.
  if (channel.dialledExten === undefined && !wasCalled(channel)) return undefined;
  if (origin.transferredTo !== undefined && beganOwnCallUnseen(dialling)) return undefined;
  return usableExten(origin.dialledInPlace ?? origin.transferredTo) ?? usableExten(origin.exten);
}

/**
 * Whether a channel whose beginning was missed has begun its call: nobody of this PBX called it but Originate, and the
 * number of that was missed.
 */
function beganOwnCallUnseen({ beganUnseen, uniqueid, linkedid }: Channel): boolean {
  return beganUnseen && uniqueid === linkedid;
}

/**
 * The second number of a click to call.
 * @param through the Local channel that is dialled; absent when a phone is dialled directly, or nothing at all
 */
function originatedNumber(phone: Channel, dialling: Channel, through: Channel | undefined): string | undefined {
  if (wasSentToApplication(phone, dialling)) return undefined;
  const named = usableExten(originateExten(phone, dialling));
  if (named !== undefined) return named;
  // What it shows after a transfer is where it was transferred to.
  if (phone.transferredTo !== undefined || dialling.transferredTo !== undefined) return undefined;
  const shown = usableExten(dialling.extenAfterAnswer);
  // A Local channel shows the Exten that it was made with, too. That one rang the phone; the second number is then the
  // one that the next Local channel is for.
  return shown !== undefined && dialling.name.startsWith(`Local/${shown}@`)
    ? usableExten(through?.partner?.dialledExten)
    : shown;
}

/** The number to which Originate sent a phone that an application then answered; absent when it named none. */
export function originatedApplicationNumber(phone: Channel): string | undefined {
  const dialling = originatingChannel(phone);
  const number = originatedNumber(phone, dialling, undefined);
  // A Local channel goes on showing the Exten that rang the phone, when it was sent to no other.
  const isNamed = originateExten(phone, dialling) !== undefined;
  return dialling.isLocal && !isNamed && number === dialling.dialledExten ? undefined : number;
}

/**
 * Whether the number of a click to call may still be named, by its OriginateResponse, which goes before what was shown.
 */
export function mayBeNumberedYet({ channel, dialling, inNameOnly }: Origin): boolean {
  if (channel === undefined || dialling === undefined || !channel.isOriginated || channel.leg !== undefined)
    return false;
  // What waited for it went on when it hung up.
  if (inNameOnly || channel.hasEnded) return false;
  return originateExten(channel, dialling) === undefined;
}

/** The Exten that Originate named: of the channel that dials now, or of the one that it made. Absent: none came. */
function originateExten(phone: Channel, dialling: Channel): string | undefined {
  return dialling.originateExten ?? phone.originateExten ?? originatingChannel(phone).originateExten;
}

/**
 * Whether Originate named an application for the phone that it rang, and no number: what dials then is the application.
 */
export function wasSentToApplication(phone: Channel, dialling = phone): boolean {
  return [dialling, phone, originatingChannel(phone)].some(({ originatedToApplication }) => originatedToApplication);
}

/**
 * The channel that Originate made: the phone's own, or the outermost Local channel through which it rings the phone.
 */
function originatingChannel(phone: Channel): Channel {
  let at = phone;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const outer = at.incomingDial && outerDial(at.incomingDial);
    if (outer === undefined) return at;
    at = outer.dest;
  }
  return at;
}
