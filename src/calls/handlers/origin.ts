import { usableExten } from '../model/ami-values.ts';
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
}

/** Who dials is not known. */
export const NOBODY: Origin = {
  channel: undefined,
  originated: false,
  dialling: undefined,
  exten: '',
  through: undefined,
};

/**
 * Walks back from a dial, through Local channels, to who dials.
 * @param creatorOf finds who made a channel that no DialBegin names although it is part of a call; left out: nobody is found
 */
export function originOf(dial: Dial, creatorOf: (made: Channel) => Channel | undefined = () => undefined): Origin {
  let exten = dial.exten;
  let through: Channel | undefined = dial.dest.isLocal ? dial.dest : undefined;
  let at = dial.source ?? creatorInCall(dial.dest);
  if (at === undefined) return { ...NOBODY, originated: !dial.beginMissed };
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    if (!at.isLocal) return { channel: at, originated: false, dialling: at, exten, through };
    if (!at.isSecondHalf) {
      // The half that is dialled comes to dial itself: click to call, or a transfer of the party behind it.
      return { channel: answeredBehind(at.partner), originated: false, dialling: at, exten, through };
    }
    const front: Channel | undefined = at.partner;
    if (front === undefined) break;
    const outer = front.dialledBy;
    if (outer?.source === undefined) {
      at = creatorInCall(front);
      // Its own DialBegin can come after that of the phone behind it, for two threads of Asterisk send them.
      const begun = outer === undefined ? front.linkedid === front.uniqueid : !outer.beginMissed;
      if (at === undefined && begun) return { ...NOBODY, originated: true };
      through = front;
      // A channel that dials with an application (Page, Follow-Me) is in no call of two meanwhile, nor is what it dials.
      if (at !== undefined && !at.isLocal && (at.isInTwoPartyBridge || front.isInTwoPartyBridge))
        return { channel: at, originated: false, dialling: at, exten, through, consulted: front };
      continue;
    }
    exten = outer.exten;
    through = outer.dest;
    at = outer.source;
  }
  return NOBODY;

  /** Originate begins a call, with a Linkedid of its own; what has another one was made by a channel of that call. */
  function creatorInCall(made: Channel): Channel | undefined {
    return made.linkedid === made.uniqueid || made.linkedid === '' ? undefined : creatorOf(made);
  }
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
  const consulted = usableExten(origin.consulted?.dialledExten);
  if (consulted !== undefined) return consulted;
  if (channel.isOriginated) return originatedNumber(channel, dialling, origin.through);
  const own = usableExten(channel.dialledExten) ?? usableExten(channel.fromDid);
  return own ?? (channel.dialledExten === undefined ? undefined : usableExten(origin.exten));
}

/**
 * The second number of a click to call.
 * @param through the Local channel that is dialled; absent when a phone is dialled directly, or nothing at all
 */
function originatedNumber(phone: Channel, dialling: Channel, through: Channel | undefined): string | undefined {
  if (dialling.originatedToApplication || phone.originatedToApplication) return undefined;
  const named = usableExten(dialling.originateExten ?? phone.originateExten);
  if (named !== undefined) return named;
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
  const isNamed = (dialling.originateExten ?? phone.originateExten) !== undefined;
  return dialling.isLocal && !isNamed && number === dialling.dialledExten ? undefined : number;
}

/** Whether the number of a click to call may still be named, by its OriginateResponse, which goes before what was shown. */
export function mayBeNumberedYet({ channel, dialling }: Origin): boolean {
  if (channel === undefined || dialling === undefined || !channel.isOriginated || channel.leg !== undefined)
    return false;
  return (dialling.originateExten ?? channel.originateExten) === undefined;
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
