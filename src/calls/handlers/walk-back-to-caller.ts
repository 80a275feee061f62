import { usableExten } from '../model/ami-values.ts';
import { ownNumber, wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { answeredBehind, type Dial, MAX_DEPTH, outerDial } from '../model/dial.ts';

/** Where a dial comes from. */
export interface Origin {
  /** The first channel that is not a Local one, walking the dials back. Absent: not known, or nobody (see `originated`). */
  channel: Channel | undefined;
  /** The walk ended at a Local channel that AMI Originate or a call file rang: the phone's own ringing is not a call yet. */
  originated: boolean;
  /** The channel whose dialplan dials for the origin: itself, or the originated Local channel. Absent with it. */
  dialling: Channel | undefined;
  /** The Exten that this channel showed in its dial; `''` when it showed none. */
  exten: string;
  /** The Local channel's half that is dialled outermost; absent when the origin dials the phone directly. */
  through: Channel | undefined;
  /**
   * The Local channel with which the origin, while it talks to one party, consults another (transfer by feature code).
   * Absent: the dial is not part of such a consultation.
   */
  consulted?: Channel;
  /** The half of a Local channel that a transfer has made dial for the origin, who is behind it. Absent: none has. */
  transferred?: Channel;
  /** The number to which the origin, or that half, had been transferred when it dialled. Absent: it had not been. */
  transferredTo?: string;
  /** The transferrer in whose place the origin was put. Absent: in nobody's. */
  inPlaceOf?: Channel;
  /** What that one had dialled there. Absent: not known. */
  dialledInPlace?: string;
  /**
   * The dial goes on in the origin's name only, and no leg of its own has part in it: it has left, or it was put in the place
   * of one who consults by feature code, who has caused the dial.
   */
  inNameOnly?: boolean;
}

/** Whose own dial it is; absent where it goes on in a name only. */
export function callerOf(origin: Origin | undefined): Channel | undefined {
  return origin === undefined || origin.inNameOnly ? undefined : origin.channel;
}

/** Who dials is not known. */
export const NOBODY: Origin = {
  channel: undefined,
  originated: false,
  dialling: undefined,
  exten: '',
  through: undefined,
};

/** What the walk asks of the rest of what is known. */
export interface Surroundings {
  /** Who made a channel that no DialBegin names although it is part of a call; absent: not known. */
  creatorOf: (made: Channel) => Channel | undefined;
  /** The party that is in a bridge with this half of a Local channel; absent: none is. */
  partyWith: (half: Channel) => Channel | undefined;
  /** The party that still rings for a dial by this half, with this caller id; absent: none does. */
  rungBy: (half: Channel, callerIdNum: string) => Channel | undefined;
}

/** Where a dial comes from that is a channel's own: one that is no Local channel, and in its place. Absent: it is none. */
export function directOrigin({ source, dest, exten, queue, transferredTo }: Dial): Origin | undefined {
  if (source === undefined || source.isLocal || source.replacement !== undefined) return undefined;
  const through = dest.isLocal && queue === undefined ? dest : undefined;
  const origin: Origin = { channel: source, originated: false, dialling: source, exten, through };
  if (transferredTo !== undefined) origin.transferredTo = transferredTo;
  return origin;
}

/** Walks back from a dial, through Local channels and past transferrers, to who dials now. */
export function walkBackToOrigin(dial: Dial, around: Surroundings): Origin {
  let { exten, transferredTo } = dial;
  let through: Channel | undefined = dial.dest.isLocal && dial.queue === undefined ? dial.dest : undefined;
  let transferred: Channel | undefined;
  let inPlaceOf: Channel | undefined;
  let dialledInPlace: string | undefined;
  let inNameOnly = false;
  /** The walk is at the half that stands for who is behind it: not at one that dials for who dialled it. */
  let isAtParty = false;
  let at = dial.source ?? creatorInCall(dial.dest);
  if (at === undefined) return { ...NOBODY, originated: !dial.beginMissed };
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    if (!at.isLocal) {
      if (at.replacement === undefined) return found(at);
      inPlaceOf ??= at;
      dialledInPlace ??= at.replacement.number;
      at = at.replacement.by;
      isAtParty = true;
      continue;
    }
    if (!at.isSecondHalf || isAtParty || dialsForParty(at)) {
      // The half that is dialled comes to dial itself: click to call, or a transfer of the party behind it.
      if (!isAtParty) transferred ??= at;
      const party = partyBehind(at);
      if (party === undefined) return foundNobody(at);
      at = party;
      isAtParty = false;
      continue;
    }
    const front: Channel | undefined = at.partner;
    if (front === undefined) break;
    const outer = front.dialledBy;
    if (outer?.source === undefined) {
      at = creatorInCall(front);
      // Its own DialBegin can come after that of the phone behind it, for two threads of Asterisk send them.
      // One that is found Up after a gap has been answered before: what it dials now is no longer its phone.
      const begun =
        outer === undefined
          ? front.linkedid === front.uniqueid && !front.isUp
          : !outer.beginMissed && !(outer.endMayBeMissed && front.isUp);
      if (at === undefined && begun) return { ...NOBODY, originated: true };
      through = front;
      // A channel that dials with an application (Page, Follow-Me) is in no call of two meanwhile, nor is what it dials.
      if (
        at !== undefined &&
        !at.isLocal &&
        at.replacement === undefined &&
        (at.isInTwoPartyBridge || front.isInTwoPartyBridge)
      )
        return { ...found(at), consulted: front };
      continue;
    }
    // What is behind a transferred half is no part of the way that its own dial went.
    if (transferred === undefined) {
      exten = outer.exten;
      transferredTo = outer.transferredTo;
      through = outer.dest;
    }
    at = outer.source;
  }
  return NOBODY;

  function found(channel: Channel | undefined): Origin {
    const origin: Origin = {
      channel,
      originated: false,
      dialling: transferred?.isSecondHalf === false ? transferred : channel,
      exten,
      through,
    };
    if (transferred !== undefined) origin.transferred = transferred;
    if (transferredTo !== undefined) origin.transferredTo = transferredTo;
    if (inPlaceOf !== undefined) origin.inPlaceOf = inPlaceOf;
    if (dialledInPlace !== undefined) origin.dialledInPlace = dialledInPlace;
    if (inNameOnly) origin.inNameOnly = true;
    return origin;
  }

  /** Nobody is behind a half, or only an application, or somebody who is still rung: its call is that of who transferred it. */
  function foundNobody(half: Channel): Origin {
    if (!half.isSecondHalf) return { ...found(undefined), dialling: half };
    const before = answeredBehind(half);
    // What that one had dialled, the other half shows.
    return before === undefined ? NOBODY : { ...found(before), dialling: half.partner ?? before, inNameOnly: true };
  }

  /**
   * The party that speaks through a half: in a bridge with the other half, or reached by that one, or who dialled it. One that
   * still rings there is shown as the caller if it is the only one that does.
   */
  function partyBehind(half: Channel): Channel | undefined {
    const other = half.partner;
    if (other === undefined) return undefined;
    const reached = answeredBehind(other);
    const party = around.partyWith(other) ?? (reached?.hasEnded === true ? undefined : reached);
    if (party !== undefined) return party;
    if (half.isSecondHalf && other.dialledBy?.source !== undefined) return other.dialledBy.source;
    // The other half can have been transferred as well, and dial for this one.
    // The phone that is dialled can show it before the half does, for another thread of Asterisk passes it on to that.
    const rung = around.rungBy(other, half.callerIdNum) ?? around.rungBy(other, dial.dest.connectedLineNum);
    return rung ?? (half.isSecondHalf ? undefined : reached);
  }

  /** Originate begins a call, with a Linkedid of its own; what has another one was made by a channel of that call. */
  function creatorInCall(made: Channel): Channel | undefined {
    const creator = made.linkedid === made.uniqueid || made.linkedid === '' ? undefined : around.creatorOf(made);
    if (creator?.replacement !== undefined) {
      dialledInPlace ??= usableExten(made.dialledExten);
      inNameOnly = true;
    }
    return creator;
  }
}

/**
 * Whether the half of a Local channel that runs the dialplan no longer dials for who dialled the other half, but for who is
 * behind that now: one of them has been transferred; or Originate has long reached a phone through it, and the dialplan goes
 * on after that (AMI Redirect).
 */
function dialsForParty(half: Channel): boolean {
  const front = half.partner;
  if (half.transferredTo !== undefined || front?.transferredTo !== undefined) return true;
  const outer = front?.dialledBy;
  return (
    outer !== undefined && outer.source === undefined && outer.status === 'ANSWER' && half.answeredDial !== undefined
  );
}

/**
 * The number that the origin dialled: the Exten of its Newchannel; where that is no number its FROM_DID or the Exten of
 * the dial. For click to call what Originate named, else what was shown after the answer. For a consultation what was
 * dialled for that. Absent: not known. The Exten of the dial does not count for a channel whose beginning was missed: the
 * dialplan may have moved on to a queue's number.
 */
export function dialledNumber(origin: Origin): string | undefined {
  const { channel, dialling } = origin;
  if (channel === undefined || dialling === undefined) return undefined;
  const { consulted } = origin;
  const consultedAt = usableExten(consulted?.dialledExten);
  // Where its beginning was missed, and no list has shown what it is, it may as well be a Local channel that was dialled.
  if (consultedAt !== undefined || (consulted !== undefined && consulted.dialledExten === undefined))
    return consultedAt;
  if (channel.isOriginated) return originatedNumber(channel, dialling, origin.through);
  const own = ownNumber(channel);
  if (own !== undefined) return own;
  // What it dialled itself goes before what it was transferred to, and may have been missed.
  if (channel.dialledExten === undefined && !wasCalled(channel)) return undefined;
  if (origin.transferredTo !== undefined && hasMissedNumber(dialling)) return undefined;
  return usableExten(origin.dialledInPlace ?? origin.transferredTo) ?? usableExten(origin.exten);
}

/**
 * Whether a channel whose beginning was missed has begun its call: nobody of this PBX called it but Originate, and the number of
 * that was missed.
 */
function hasMissedNumber({ firstSeen, uniqueid, linkedid }: Channel): boolean {
  return firstSeen !== 'beginning' && uniqueid === linkedid;
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

/** Whether the number of a click to call may still be named, by its OriginateResponse, which goes before what was shown. */
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

/** Whether Originate named an application for the phone that it rang, and no number: what dials then is the application. */
export function wasSentToApplication(phone: Channel, dialling = phone): boolean {
  return [dialling, phone, originatingChannel(phone)].some(({ originatedToApplication }) => originatedToApplication);
}

/** The channel that Originate made: the phone's own, or the outermost Local channel through which it rings the phone. */
function originatingChannel(phone: Channel): Channel {
  let at = phone;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const outer = at.dialledBy && outerDial(at.dialledBy);
    if (outer === undefined) return at;
    at = outer.dest;
  }
  return at;
}
