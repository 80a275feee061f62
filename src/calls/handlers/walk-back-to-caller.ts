import { usableExten } from '../model/ami-values.ts';
import type { Channel } from '../model/channel.ts';
import { answeredBehind, type Dial, MAX_DEPTH } from '../model/dial.ts';

/** Where a dial comes from. */
export interface Origin {
  /**
   * The first channel that is not a Local one, walking the dials back. Absent: not known, or nobody (see `originated`).
   */
  channel: Channel | undefined;
  /**
   * The walk ended at a Local channel that AMI Originate or a call file rang: the phone's own ringing is not a call
   * yet.
   */
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
   * The dial goes on in the origin's name only, and no leg of its own has part in it: it has left, or it was put in the
   * place of one who consults by feature code, who has caused the dial.
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

/** The origin of what a channel does itself. */
export function originAt(channel: Channel): Origin {
  return { channel, originated: false, dialling: channel, exten: '', through: undefined };
}

/** What the walk asks of the rest of what is known. */
export interface Surroundings {
  /** Who made a channel that no DialBegin names although it is part of a call; absent: not known. */
  creatorOf: (made: Channel) => Channel | undefined;
  /** The party that is in a bridge with this half of a Local channel; absent: none is. */
  partyWith: (half: Channel) => Channel | undefined;
  /** The party that still rings for a dial by this half, with this caller id; absent: none does. */
  rungBy: (half: Channel, callerIdNum: string) => Channel | undefined;
}

/**
 * Where a dial comes from that is a channel's own: one that is no Local channel, and in its place. Absent: it is none.
 */
export function directOrigin({ source, dest, exten, queue, transferredTo }: Dial): Origin | undefined {
  if (source === undefined || source.isLocal || source.replacement !== undefined) return undefined;
  const through = dest.isLocal && queue === undefined ? dest : undefined;
  const origin: Origin = { channel: source, originated: false, dialling: source, exten, through };
  if (transferredTo !== undefined) origin.transferredTo = transferredTo;
  return origin;
}

/** Walks back from a dial, through Local channels and past transferrers, to who dials now. */
export function walkBackToOrigin(dial: Dial, around: Surroundings): Origin {
  return new Walk(dial, around).toOrigin();
}

/** A channel that has been put in its place. */
type Replaced = Channel & { replacement: NonNullable<Channel['replacement']> };

/** One walk, and what it has come by so far; the fields are those of {@link Origin}. */
class Walk {
  readonly #dial: Dial;
  readonly #around: Surroundings;
  #exten: string;
  #transferredTo: string | undefined;
  #through: Channel | undefined;
  #transferred: Channel | undefined;
  #inPlaceOf: Channel | undefined;
  #dialledInPlace: string | undefined;
  #inNameOnly = false;

  constructor(dial: Dial, around: Surroundings) {
    this.#dial = dial;
    this.#around = around;
    this.#exten = dial.exten;
    this.#transferredTo = dial.transferredTo;
    this.#through = dial.dest.isLocal && dial.queue === undefined ? dial.dest : undefined;
  }

  toOrigin(): Origin {
    let at = this.#dial.source ?? this.#creatorInCall(this.#dial.dest);
    if (at === undefined) return { ...NOBODY, originated: !this.#dial.beginMissed };
    /** The walk is at the half that stands for who is behind it: not at one that dials for who dialled it. */
    let isAtParty = false;
    for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
      if (!at.isLocal) {
        if (at.replacement === undefined) return this.#found(at);
        at = this.#pastTransferrer(at as Replaced);
        isAtParty = true;
      } else if (!at.isSecondHalf || isAtParty || dialsForParty(at)) {
        // The half that is dialled comes to dial itself: click to call, or a transfer of the party behind it.
        if (!isAtParty) this.#transferred ??= at;
        const party = this.#partyThrough(at);
        if (party === undefined) return this.#foundNobody(at);
        at = party;
        isAtParty = false;
      } else {
        const front: Channel | undefined = at.partner;
        if (front === undefined) break;
        const next = this.#throughFront(front);
        if ('end' in next) return next.end;
        at = next.at;
      }
    }
    return NOBODY;
  }

  /** On with who was put in a transferrer's place. */
  #pastTransferrer(transferrer: Replaced): Channel {
    this.#inPlaceOf ??= transferrer;
    this.#dialledInPlace ??= transferrer.replacement.number;
    return transferrer.replacement.by;
  }

  /** On from the half of a Local channel that is dialled, to who dials it. */
  #throughFront(front: Channel): { at: Channel | undefined } | { end: Origin } {
    const outer = front.incomingDial;
    if (outer?.source === undefined) return this.#toCreator(front, outer);
    // What is behind a transferred half is no part of the way that its own dial went.
    if (this.#transferred === undefined) {
      this.#exten = outer.exten;
      this.#transferredTo = outer.transferredTo;
      this.#through = outer.dest;
    }
    return { at: outer.source };
  }

  /** On from such a half that nobody is known to dial, to who made it. */
  #toCreator(front: Channel, outer: Dial | undefined): { at: Channel | undefined } | { end: Origin } {
    const at = this.#creatorInCall(front);
    // Its own DialBegin can come after that of the phone behind it, for two threads of Asterisk send them.
    // One that is found Up after a gap has been answered before: what it dials now is no longer its phone.
    const begun =
      outer === undefined
        ? front.linkedid === front.uniqueid && !front.isUp
        : !outer.beginMissed && !(outer.endMayBeMissed && front.isUp);
    if (at === undefined && begun) return { end: { ...NOBODY, originated: true } };
    this.#through = front;
    // A channel that dials with an application (Page, Follow-Me) is in no call of two meanwhile, nor is what it dials.
    const consults =
      at !== undefined &&
      !at.isLocal &&
      at.replacement === undefined &&
      (at.isInTwoPartyBridge || front.isInTwoPartyBridge);
    return consults ? { end: { ...this.#found(at), consulted: front } } : { at };
  }

  #found(channel: Channel | undefined): Origin {
    const origin: Origin = {
      channel,
      originated: false,
      dialling: this.#transferred?.isSecondHalf === false ? this.#transferred : channel,
      exten: this.#exten,
      through: this.#through,
    };
    if (this.#transferred !== undefined) origin.transferred = this.#transferred;
    if (this.#transferredTo !== undefined) origin.transferredTo = this.#transferredTo;
    if (this.#inPlaceOf !== undefined) origin.inPlaceOf = this.#inPlaceOf;
    if (this.#dialledInPlace !== undefined) origin.dialledInPlace = this.#dialledInPlace;
    if (this.#inNameOnly) origin.inNameOnly = true;
    return origin;
  }

  /** Nobody is behind a half, or only an application, or a phone that still rings: its call is the transferrer's. */
  #foundNobody(half: Channel): Origin {
    if (!half.isSecondHalf) return { ...this.#found(undefined), dialling: half };
    const before = answeredBehind(half);
    if (before === undefined) return NOBODY;
    // What the transferrer had dialled, the other half shows.
    return { ...this.#found(before), dialling: half.partner ?? before, inNameOnly: true };
  }

  /**
   * The party that speaks through a half: in a bridge with the other half, or reached by that one, or who dialled it.
   * One that still rings there is shown as the caller if it is the only one that does.
   */
  #partyThrough(half: Channel): Channel | undefined {
    const other = half.partner;
    if (other === undefined) return undefined;
    const reached = answeredBehind(other);
    const party = this.#around.partyWith(other) ?? (reached?.hasEnded === true ? undefined : reached);
    if (party !== undefined) return party;
    if (half.isSecondHalf && other.incomingDial?.source !== undefined) return other.incomingDial.source;
    // The other half can have been transferred as well, and dial for this one.
    // The phone that is dialled can show it before the half does, for another thread of Asterisk passes it on to that.
    const { connectedLineNum } = this.#dial.dest;
    const rung = this.#around.rungBy(other, half.callerIdNum) ?? this.#around.rungBy(other, connectedLineNum);
    return rung ?? (half.isSecondHalf ? undefined : reached);
  }

  /** Originate begins a call, with a Linkedid of its own; what has another one was made by a channel of that call. */
  #creatorInCall(made: Channel): Channel | undefined {
    const creator = made.linkedid === made.uniqueid || made.linkedid === '' ? undefined : this.#around.creatorOf(made);
    if (creator?.replacement !== undefined) {
      this.#dialledInPlace ??= usableExten(made.dialledExten);
      this.#inNameOnly = true;
    }
    return creator;
  }
}

/**
 * Whether the half of a Local channel that runs the dialplan no longer dials for who dialled the other half, but for
 * who is behind that now: one of them has been transferred; or Originate has long reached a phone through it, and the
 * dialplan goes on after that (AMI Redirect).
 */
function dialsForParty(half: Channel): boolean {
  const front = half.partner;
  if (half.transferredTo !== undefined || front?.transferredTo !== undefined) return true;
  const outer = front?.incomingDial;
  return (
    outer !== undefined &&
    outer.source === undefined &&
    outer.status === 'ANSWER' &&
    half.answeredOutgoingDial !== undefined
  );
}
