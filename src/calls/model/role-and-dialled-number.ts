import type { ChannelSnapshot } from '../../ami/ami-events.ts';
import { DOWN, RING, RINGING } from '../../ami/ami-events.ts';
import { usableExten } from './ami-values.ts';
import { ChannelAsShown } from './channel-as-shown.ts';
import type { Dial } from './dial.ts';

/** What a channel is in its call, as far as that has been shown. */
export type ChannelRole =
  /** Its beginning was missed, and nothing has shown since whether it calls or is called. */
  | 'unknown'
  /** It calls. What it dialled is in `dialledExten`; absent there: that is not known. */
  | 'caller'
  /**
   * It was made to be called: its Newchannel showed it Down and with no number, or it rang when an event first showed
   * it.
   */
  | 'callee'
  /** AMI Originate or a call file rings its phone, and no caller; once answered, it calls. */
  | 'originated';

/** How far a channel was when an event first showed it. */
export type FirstSeen =
  /** Its Newchannel was the first event that showed it. */
  | 'beginning'
  /** Another event was, and it was not answered yet. */
  | 'midway'
  /** It was Up already: it opens no leg. */
  | 'up';

/**
 * What makes a channel a caller, a callee, or one that Originate rang: the verbs by which it becomes one. What follows
 * of that (whether it was called, what it dialled itself) is in `call-direction.ts`.
 */
export class ChannelWithRole extends ChannelAsShown {
  role: ChannelRole = 'unknown';
  firstSeen: FirstSeen = 'beginning';
  /**
   * The number that a calling phone dialled: the Exten of its Newchannel, or of the Newstate with which it begins to
   * call. `''` for one that dialled none. Absent when its beginning was missed, and nothing else has shown it.
   */
  dialledExten: string | undefined;
  /** The last dial towards it. */
  incomingDial: Dial | undefined;
  /** A dial was begun by it, or through Local channels for it. */
  hasDialled = false;
  /** It took over another phone's ringing call. */
  isPicker = false;
  /** A Pickup has named who took over its own ringing call. */
  isPickedUp = false;

  /** Its beginning was not seen: it began before the connection, or while that was lost. */
  get beganUnseen(): boolean {
    return this.firstSeen !== 'beginning';
  }

  get isOriginated(): boolean {
    return this.role === 'originated';
  }

  /** Its Newchannel came: the only event that shows a channel's beginning. A second one says nothing new. */
  markCreated({ state, exten }: Pick<ChannelSnapshot, 'state' | 'exten'>): void {
    if (this.dialledExten !== undefined) return;
    this.dialledExten = exten;
    if (this.role === 'originated') return;
    this.role = state === DOWN && usableExten(exten) === undefined ? 'callee' : 'caller';
  }

  /**
   * Its state has become Ring, which only a calling channel reaches: a phone that went off hook first has dialled,
   * however it was made. The number is complete now; its Newchannel showed none, or the line's own.
   */
  markDialledNumber(exten: string): void {
    if (this.role === 'originated' || this.incomingDial !== undefined || this.hasDialled) return;
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

  /** A list of channels shows it as being called, or an earlier run knew it so: it dialled nothing. */
  markListedAsCallee(): void {
    this.dialledExten = '';
    if (this.role !== 'originated') this.role = 'callee';
  }

  /**
   * A list of channels shows it as the half of a Local channel with which somebody consults: to reach what its name
   * says.
   */
  markListedAsConsulted(): void {
    this.dialledExten = this.name.slice('Local/'.length, this.name.indexOf('@'));
  }

  /** A list of channels shows it, and no event has before: it opens no leg when it is Up. */
  markFirstListed(): void {
    this.firstSeen = this.isUp ? 'up' : 'midway';
  }

  /** A dial towards it has begun, or is found to have. */
  setIncomingDial(dial: Dial): void {
    this.incomingDial = dial;
  }

  /** It dials, or Local channels do for it. */
  markDialling(): void {
    this.hasDialled = true;
  }

  /** AMI Originate or a call file rings its phone. */
  markOriginated(): void {
    this.role = 'originated';
  }

  /** It took over the ringing call of another phone. Called by `becomePicker` only, which also reports it. */
  markPicker(): void {
    this.isPicker = true;
  }

  /** Its ringing call was taken over. */
  markPickedUp(): void {
    this.isPickedUp = true;
  }

  /** It picked up where Originate rang a phone: it is now the one that Originate rang, and whose call begins. */
  markOriginatedInstead(): void {
    this.role = 'originated';
    this.isPicker = false;
  }
}
