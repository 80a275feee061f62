import type { ChannelSnapshot } from '../../ami/events.ts';
import { DOWN, RING, RINGING } from '../../ami/events.ts';
import { shownNumber, usableExten } from './ami-values.ts';
import type { ChannelRole, FirstSeen } from './channel-role.ts';
import type { Dial } from './dial.ts';
import type { Leg } from './leg.ts';
import { ShownChannel } from './shown-channel.ts';

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
 * One Asterisk channel, from the first event that shows it to its Hangup. What events show of it comes in by
 * {@link update}; what becomes of it in its call, by the verbs below. They are the only places that write it, besides the
 * registries of this folder: `Channels` (its name, Linkedid, extension, partner), `Bridges` (its bridge), `Legs` (its leg).
 * All others have it as a {@link Channel}, of which no field can be assigned.
 */
export class MutableChannel extends ShownChannel {
  role: ChannelRole = 'unknown';
  firstSeen: FirstSeen = 'beginning';
  /**
   * The number that a calling phone dialled: the Exten of its Newchannel, or of the Newstate with which it begins to call.
   * `''` for one that dialled none. Absent when its beginning was missed, and nothing else has shown it.
   */
  dialledExten: string | undefined;
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
  /** The last dial towards it. */
  dialledBy: Dial | undefined;
  /**
   * The number that an extension dialled to reach it. Absent: it calls itself, was called by nobody's extension, or that is not
   * known.
   */
  reachedAt: string | undefined;
  /**
   * The number to which it was transferred last: what a BlindTransfer named, or what the transferrer in whose place it was
   * put had dialled there. Absent: it was not transferred.
   */
  transferredTo: string | undefined;
  /** Where in the dialplan it was when it entered its bridge. Absent: it has been in none. */
  placeInBridge: Place | undefined;
  /** Who was put in its place by an attended transfer. Absent: nobody was. */
  replacement: Replacement | undefined;
  /** The last dial by it that was answered. */
  answeredDial: Dial | undefined;
  /** A dial was begun by it, or through Local channels for it. */
  hasDialled = false;
  /** It took over another phone's ringing call. */
  isPicker = false;
  /** It was in a bridge with another party. */
  wasConnected = false;
  /** It has hung up. */
  hasEnded = false;

  /** The open leg of its extension that it is part of. */
  leg: Leg | undefined;
  /** The open leg of the queue that it is the caller of. */
  queueLeg: Leg | undefined;
  /** The open leg of a queue whose agent it is. */
  agentLeg: Leg | undefined;
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

  get isOriginated(): boolean {
    return this.role === 'originated';
  }

  /** Takes in what an event shows of the channel. What the event leaves out stays as it was. */
  override update(fields: ChannelSnapshot): void {
    const wasBack = this.isBackFromParking;
    super.update(fields);
    // The number of the parking lot to which it was transferred counts no more.
    if (this.isBackFromParking && !wasBack) this.transferredTo = undefined;
  }

  /** Its Newchannel came: the only event that shows a channel's beginning. A second one says nothing new. */
  markCreated({ state, exten }: Pick<ChannelSnapshot, 'state' | 'exten'>): void {
    if (this.dialledExten !== undefined) return;
    this.dialledExten = exten;
    if (this.role === 'originated') return;
    this.role = state === DOWN && usableExten(exten) === undefined ? 'callee' : 'caller';
  }

  /**
   * Its state has become Ring, which only a calling channel reaches: a phone that went off hook first has dialled, however it
   * was made. The number is complete now; its Newchannel showed none, or the line's own.
   */
  markDialledNumber(exten: string): void {
    if (this.role === 'originated' || this.dialledBy !== undefined || this.hasDialled) return;
    this.role = 'caller';
    if (this.dialledExten === undefined || usableExten(exten) !== undefined) this.dialledExten = exten;
  }

  /**
   * An event shows it without a Newchannel before. What is Up may as well have been called; what rings is called.
   * @param dialledBefore what an earlier run knew it to have dialled; absent when that is not known
   */
  markBeginningMissed(dialledBefore: string | undefined): void {
    this.firstSeen = this.isUp ? 'up' : 'midway';
    this.dialledExten = dialledBefore;
    if (this.state === RINGING) this.role = 'callee';
    else if (dialledBefore !== undefined) this.role = 'caller';
  }

  /**
   * A list of channels shows it as calling: certainly so when it is not answered yet, or has a number.
   * @param dialled what it dialled; `''` when that is nothing, absent when it is not known
   */
  markListedAsCaller(dialled: string | undefined): void {
    this.dialledExten = dialled;
    if ((usableExten(dialled) !== undefined || this.state === RING) && this.role === 'unknown') this.role = 'caller';
  }

  /** A list of channels shows it as being called: it dialled nothing. */
  markListedAsCallee(): void {
    this.dialledExten = '';
    if (this.role !== 'originated') this.role = 'callee';
  }

  /** A list of channels shows it, and no event has before: it opens no leg when it is Up. */
  markFirstListed(): void {
    this.firstSeen = this.isUp ? 'up' : 'midway';
  }

  /**
   * An event still names it, but it has ended, or was never known: it opens no leg. It counts as having dialled no number of
   * its own, so that the Exten that the event shows is taken for its number.
   */
  markDetached(): void {
    this.firstSeen = 'up';
    this.dialledExten = '';
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

  /** A dial towards it has begun, or is found to have. */
  markDialled(dial: Dial): void {
    this.dialledBy = dial;
  }

  /** An extension dialled this number to reach it. */
  markReachedAt(number: string): void {
    this.reachedAt = number;
  }

  /** It dials, or Local channels do for it. */
  markDialling(): void {
    this.hasDialled = true;
  }

  /** A dial by it was answered. */
  markDialAnswered(dial: Dial): void {
    this.answeredDial = dial;
  }

  /** AMI Originate or a call file rings its phone. */
  markOriginated(): void {
    this.role = 'originated';
  }

  /** It took over the ringing call of another phone. Called by `becomePicker` only, which also reports it. */
  markPicker(): void {
    this.isPicker = true;
  }

  /** It picked up where Originate rang a phone: it is now the one that Originate rang, and whose call begins. */
  markOriginatedInstead(): void {
    this.role = 'originated';
    this.isPicker = false;
  }

  /** It has entered a bridge. */
  markEntered({ context, exten }: ChannelSnapshot): void {
    this.placeInBridge = { context, exten };
  }

  /**
   * It has left its bridge. Where it is somewhere else in the dialplan then, it has been sent there: by AMI Redirect, of which no
   * other event tells, or by a blind transfer, whose event can come after the dial.
   */
  markLeft(fields: ChannelSnapshot): void {
    const place = this.placeInBridge;
    this.placeInBridge = undefined;
    if (place === undefined || (place.exten === fields.exten && place.context === fields.context)) return;
    this.transferredTo = shownNumber(fields) ?? this.transferredTo;
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
