import type { ChannelSnapshot } from '../../ami/events.ts';
import { UP } from '../../ami/events.ts';
import type { Extension } from '../../config/directory/directory.ts';
import { isKnown, usableExten } from './ami-values.ts';
import type { Dial } from './dial.ts';
import type { Leg } from './leg.ts';

/**
 * One Asterisk channel, from the first event that shows it to its Hangup. What it is part of (a dial, a bridge, a leg)
 * is written here by the tracker; this file only takes in what events show of the channel itself.
 */
export class Channel {
  readonly uniqueid: string;
  name: string;
  linkedid: string;
  /** Whose channel it is; absent for a trunk, a Local channel, a helper. */
  extension: Extension | undefined;
  state = -1;
  callerIdNum = '';
  callerIdName = '';
  connectedLineNum = '';
  connectedLineName = '';

  /**
   * The Exten of its Newchannel: the number that a calling phone dialled. Absent when the beginning was not seen, and
   * nothing else has told it.
   */
  dialledExten: string | undefined;
  /** It was made to be called: its Newchannel showed it Down and with no number, or it rang when it was first seen. */
  createdAsCallee = false;
  /** The last number shown on it that a person could have dialled; `''` when none yet. */
  exten = '';
  /** The same, counting only what was shown after it was answered. */
  extenAfterAnswer = '';
  /** The channel variable FROM_DID, when the session is shown variables. */
  fromDid = '';
  /** The Exten of the OriginateResponse for it. Absent: none came. */
  originateExten: string | undefined;
  /** Originate named an application: there is no number that it was made to call. */
  originatedToApplication = false;

  /** The other half of a Local channel. Kept when that half is gone: it still tells where a call came from. */
  partner: Channel | undefined;
  /** Who made it, though nobody is seen to dial it: whoever was with it when that was first asked. */
  createdBy: Channel | undefined;
  /** The last dial towards it. */
  dialledBy: Dial | undefined;
  /** The last dial by it that was answered. */
  answeredDial: Dial | undefined;
  /** A dial was begun by it, or through Local channels for it. */
  hasDialled = false;
  /** Rung by AMI Originate or a call file, not by a caller. */
  originated = false;
  /** It was Up already when the bridge first saw it: it opens no leg. */
  firstSeenUp = false;
  /** It took over another phone's ringing call. */
  isPicker = false;
  /** It was in a bridge with another party. */
  wasConnected = false;

  leg: Leg | undefined;
  /** Uniqueid of the bridge that it is in. */
  bridge: string | undefined;
  /** That is a bridge for a call of two. */
  isInTwoPartyBridge = false;
  /** The queue that it waits in or came through; known with class `agent` only. */
  queue: string | undefined;
  /** The extension that transferred it last. */
  transferredBy: string | undefined;
  /** Channel variables that the configuration asks for. */
  variables: Map<string, string> | undefined;
  /** It has been seen Up. */
  wasUp = false;
  /** When it was first seen Up: milliseconds since 1970. Absent: it was not, or without timestamps. */
  upAt: number | undefined;
  /** When an event last showed it: milliseconds since 1970; 0 without timestamps. */
  seenAt = 0;

  constructor(uniqueid: string, name: string) {
    this.uniqueid = uniqueid;
    this.name = name;
    this.linkedid = '';
  }

  get isUp(): boolean {
    return this.state === UP;
  }

  get isLocal(): boolean {
    return this.name.startsWith('Local/');
  }

  /** The half of a Local channel that runs the dialplan; the `;1` half is the one that is dialled. */
  get isSecondHalf(): boolean {
    return this.name.endsWith(';2');
  }

  /**
   * Whether, gone Up, it may be a caller whom an application answered. One whose beginning was missed is not: it may as well
   * have been called.
   */
  get mayBeApplicationCall(): boolean {
    return (
      this.extension !== undefined &&
      ((this.dialledExten !== undefined && !this.createdAsCallee) || this.originated) &&
      this.leg === undefined &&
      !this.hasDialled &&
      !this.firstSeenUp &&
      !this.isPicker &&
      (this.dialledBy === undefined || this.originated)
    );
  }

  /** Takes in what an event shows of the channel. What the event leaves out stays as it was. */
  update(fields: ChannelSnapshot): void {
    if (fields.state >= 0) this.state = fields.state;
    if (fields.callerIdNum !== '') this.callerIdNum = fields.callerIdNum;
    if (fields.callerIdName !== '') this.callerIdName = fields.callerIdName;
    if (fields.connectedLineNum !== '') this.connectedLineNum = fields.connectedLineNum;
    if (fields.connectedLineName !== '') this.connectedLineName = fields.connectedLineName;
    const exten = usableExten(fields.exten);
    if (exten === undefined) return;
    if (this.isUp) this.extenAfterAnswer = exten;
    this.exten = exten;
  }
}

/**
 * Channels that Asterisk makes for itself, in conferences and announcements, and those that bring sound to an application
 * or from it (ARI's external media and snooping): no party to a call.
 */
const HELPER =
  /^(CBAnn|CBRec|Announcer|Recorder|ConfBridgeRecorder|Bridge|Message|Surrogate|AsyncGoto|UnicastRTP|AudioSocket|WebSocket|Snoop)\//;

export function isHelper(name: string): boolean {
  return HELPER.test(name);
}

/** Whether somebody can be spoken to on it: no Local channel and no helper. */
export function isParty(channel: Channel): boolean {
  return !channel.isLocal && !isHelper(channel.name);
}

/** The caller id that a channel calls with, as far as it is known. */
export function callerId(channel: Channel): { num?: string; name?: string } {
  return {
    ...(isKnown(channel.callerIdNum) && { num: channel.callerIdNum }),
    ...(isKnown(channel.callerIdName) && { name: channel.callerIdName }),
  };
}
