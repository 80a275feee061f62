import type { ChannelSnapshot } from '../../ami/ami-events.ts';
import { shownNumber, usableExten } from './ami-values.ts';
import type { Dial } from './dial.ts';
import type { Leg } from './leg.ts';
import { ChannelWithRole } from './role-and-dialled-number.ts';
import { EMPTY, withAdded } from './short-list.ts';

/** A place in the dialplan. */
type Place = { context: string | undefined; exten: string };

/**
 * Who was put in a transferrer's place: from then on its calls are that one's.
 */
export interface Replacement {
  /** The transferred party, or the half of a Local channel that it is behind. */
  by: Channel;
  /** What the transferrer had dialled there. Absent: not known, or it had not dialled there itself. */
  number: string | undefined;
}

/**
 * One Asterisk channel, from the first event that shows it to its Hangup. What events show of it comes in by {@link
 * update}; what becomes of it in its call, by the verbs below and of {@link ChannelWithRole}. They are the only places
 * that write it, besides the registries of this folder: `Channels` (its name, Linkedid, extension, partner, and when it
 * was shown last), `Bridges` (its bridge), `Legs` with `LegChanges` and `SharedLegs` (its part in legs). All others
 * have it as a {@link Channel}, of which no field can be assigned.
 */
export class MutableChannel extends ChannelWithRole {
  /** The channel variable FROM_DID; `''` when the session is shown no variables, or it has none. */
  fromDid = '';
  /** The configuration wants FROM_DID for calls from outside, whatever number the trunk shows. */
  prefersFromDid = false;
  /** The Exten of the OriginateResponse for it. Absent: none came. */
  originateExten: string | undefined;
  /** Originate named an application: there is no number that it was made to call. */
  originatedToApplication = false;

  /** The other half of a Local channel. Kept when that half is gone: it still shows where a call came from. */
  partner: Channel | undefined;
  /** Who made it, though no DialBegin says so: who was with it when that was first asked. */
  createdBy: Channel | undefined;
  /**
   * The number that an extension dialled to reach it. Absent: it calls itself, was called by nobody's extension, or
   * that is not known.
   */
  reachedAt: string | undefined;
  /**
   * The number to which it was transferred last: what a BlindTransfer named, or what the transferrer in whose place it
   * was put had dialled there. Absent: it was not transferred.
   */
  transferredTo: string | undefined;
  /** Where in the dialplan it was when it entered its bridge. Absent: it has been in none. */
  placeInBridge: Place | undefined;
  /** Who was put in its place by an attended transfer. Absent: nobody was. */
  replacement: Replacement | undefined;
  /** The last dial by it that was answered. */
  answeredOutgoingDial: Dial | undefined;
  /** The extensions that it has ever rung, each in which call. Absent: none. */
  everRung: readonly { callId: string; extension: string }[] | undefined;
  /** It was in a bridge with another party. */
  wasConnected = false;
  /** It has hung up. */
  hasEnded = false;

  /** The open leg of its extension that it is part of. */
  leg: Leg | undefined;
  /** The open leg of the queue that it is the caller of. */
  queueLeg: Leg | undefined;
  /**
   * The open legs of queues whose agent it is: several while it is not known yet which of their calls it has picked up.
   */
  agentLegs: readonly Leg[] = EMPTY;
  /** The open leg of the line on which it has come in. */
  lineLeg: Leg | undefined;
  /** It has come in on a number that is on no line. */
  isOnNoLine = false;
  /** BridgeUniqueid of Asterisk's bridge that it is in. Absent: it is in none. */
  bridge: string | undefined;
  /** That is a bridge for a call of two. */
  isInTwoPartyBridge = false;
  /** The queue that it waits in or came through; known with class `agent` only. */
  queue: string | undefined;
  /** The extension that transferred it last. */
  transferredBy: string | undefined;
  /** Channel variables that the configuration asks for. */
  variables: Map<string, string> | undefined;
  /** It has been Up. */
  wasUp = false;
  /** When an event first showed it Up: milliseconds since 1970. Absent: none did, or without timestamps. */
  upAt: number | undefined;
  /** When an event last showed it: milliseconds since 1970; 0 without timestamps. */
  seenAt = 0;

  /** Takes in what an event shows of the channel. What the event leaves out stays as it was. */
  override update(fields: ChannelSnapshot): void {
    const wasBack = this.isBackFromParking;
    super.update(fields);
    // The number of the parking lot to which it was transferred counts no more.
    if (this.isBackFromParking && !wasBack) this.transferredTo = undefined;
  }

  /** It belongs to a leg of an earlier run. Its role stays unknown: the leg says what it is. */
  markRestored(stored: {
    state: number;
    wasConnected: boolean;
    isPicker: boolean;
    dialledExten: string | undefined;
  }): void {
    this.state = stored.state;
    this.wasUp = this.isUp;
    this.wasConnected = stored.wasConnected;
    this.isPicker = stored.isPicker;
    this.hasDialled = true;
    this.dialledExten = stored.dialledExten;
  }

  /** It is Up. @param at absent when nothing says since when */
  markUp(at: number | undefined): void {
    this.wasUp = true;
    this.upAt = at;
  }

  /** An extension dialled this number to reach it. */
  markReachedAt(number: string): void {
    this.reachedAt = number;
  }

  /** A dial by it was answered. */
  markDialAnswered(dial: Dial): void {
    this.answeredOutgoingDial = dial;
  }

  /** It has entered a bridge. */
  markEntered({ context, exten }: ChannelSnapshot): void {
    this.placeInBridge = { context, exten };
  }

  /**
   * It has left its bridge. Where it is somewhere else in the dialplan then, it has been sent there: by AMI Redirect,
   * of which no other event says anything, or by a blind transfer, whose event can come after the dial.
   * @param isSeen `false`: only a list of channels shows that it has left, and an event that names the number may have
   * been missed
   */
  markLeft(fields: ChannelSnapshot, isSeen = true): void {
    const place = this.placeInBridge;
    this.placeInBridge = undefined;
    if (place === undefined || (place.exten === fields.exten && place.context === fields.context)) return;
    this.transferredTo = shownNumber(fields) ?? (isSeen ? this.transferredTo : undefined);
  }

  /** It has rung an extension in this call, or somebody has for it. */
  markRung(callId: string, extension: string): void {
    if (!this.hasRung(callId, extension)) this.everRung = withAdded(this.everRung ?? [], { callId, extension });
  }

  /** Whether it has ever rung this extension in this call. */
  hasRung(callId: string, extension: string): boolean {
    return this.everRung?.some((one) => one.callId === callId && one.extension === extension) === true;
  }

  /** It is in a bridge with another party. */
  markConnected(): void {
    this.wasConnected = true;
  }

  /** This channel made it, though no DialBegin says so. */
  markCreatedBy(creator: Channel): void {
    this.createdBy = creator;
  }

  /**
   * It is transferred to a number.
   * @param extension the name of the transferring extension; absent when no extension did it
   */
  markTransferred(extension: string | undefined, number: string): void {
    this.transferredBy = extension;
    this.transferredTo = number;
  }

  /**
   * It has transferred a party into its own place.
   * @param number what it had dialled there; absent when that is not known, or nothing was
   */
  markReplacedBy(party: Channel, number: string | undefined): void {
    this.replacement = { by: party, number };
  }

  /** This extension has put it in its own place, and nobody has answered there yet. */
  markTransferredBy(extension: string): void {
    this.transferredBy = extension;
  }

  /** It is put in the place of a transferrer, who had dialled this number there. */
  markTransferredTo(number: string): void {
    this.transferredTo = number;
  }

  /** It has hung up. Called by `Channels` only. */
  markEnded(): void {
    this.hasEnded = true;
  }

  /**
   * An event still names it, but it has ended, or has no Uniqueid: it opens no leg. It counts as having dialled no
   * number of its own, so that the Exten that the event shows is taken for its number.
   */
  markDetached(): void {
    this.firstSeen = 'up';
    this.dialledExten = '';
    this.hasEnded = true;
  }

  /** It has come in on a number that is on no line. */
  markOnNoLine(): void {
    this.isOnNoLine = true;
  }

  /** It waits in this queue. */
  markQueued(queue: string): void {
    this.queue = queue;
  }

  /** Its OriginateResponse came. @param application `''` when Originate named an Exten */
  markOriginateResponse(exten: string, application: string): void {
    this.originateExten = exten;
    this.originatedToApplication = application !== '' && usableExten(exten) === undefined;
  }

  /** Its FROM_DID has this value. @param isPreferred as {@link prefersFromDid} */
  setFromDid(value: string, isPreferred: boolean): void {
    this.fromDid = value;
    this.prefersFromDid = isPreferred;
  }

  /** One of the variables that the configuration asks for has this value. */
  setVariable(name: string, value: string): void {
    this.variables ??= new Map();
    this.variables.set(name, value);
  }
}

/** A channel, as all outside of this folder use it: its verbs change it, and nothing else does. */
export type Channel = Readonly<MutableChannel>;
