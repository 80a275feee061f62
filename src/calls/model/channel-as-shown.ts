import type { ChannelSnapshot } from '../../ami/ami-events.ts';
import { UP } from '../../ami/ami-events.ts';
import { isLocal, isSecondHalf } from '../../ami/channel-name.ts';
import type { Extension } from '../../config/directory/directory.ts';
import { usableExten } from './ami-values.ts';
import { isBackFromParking } from './parking.ts';

/**
 * What events show of one Asterisk channel: who it is, its state, its numbers, and where in the dialplan it is. What
 * becomes of it in its call is in `MutableChannel`.
 */
export class ChannelAsShown {
  readonly uniqueid: string;
  name: string;
  linkedid: string;
  /** Whose channel it is; absent for a trunk, a Local channel, a helper. */
  extension: Extension | undefined;
  /** `ChannelState` (see `ami-events.ts`); -1 until an event shows one. */
  state = -1;
  callerIdNum = '';
  callerIdName = '';
  connectedLineNum = '';
  connectedLineName = '';
  /** The last number shown on it that a person could have dialled; `''` when none yet. */
  exten = '';
  /** The same, counting only what was shown after it was answered. */
  extenAfterAnswer = '';
  /** It was parked and not fetched: it is being returned to the party that parked it. */
  isBackFromParking = false;

  constructor(uniqueid: string, name: string) {
    this.uniqueid = uniqueid;
    this.name = name;
    this.linkedid = '';
  }

  get isUp(): boolean {
    return this.state === UP;
  }

  get isLocal(): boolean {
    return isLocal(this.name);
  }

  /** The half of a Local channel that runs the dialplan; the `;1` half is the one that is dialled. */
  get isSecondHalf(): boolean {
    return isSecondHalf(this.name);
  }

  /**
   * Takes in what an event shows of the channel. What the event leaves out stays as it was, but for {@link
   * isBackFromParking}.
   */
  update(fields: ChannelSnapshot): void {
    if (fields.state >= 0) this.state = fields.state;
    if (fields.callerIdNum !== '') this.callerIdNum = fields.callerIdNum;
    if (fields.callerIdName !== '') this.callerIdName = fields.callerIdName;
    if (fields.connectedLineNum !== '') this.connectedLineNum = fields.connectedLineNum;
    if (fields.connectedLineName !== '') this.connectedLineName = fields.connectedLineName;
    this.isBackFromParking = isBackFromParking(fields);
    const exten = this.isBackFromParking ? undefined : usableExten(fields.exten);
    if (exten === undefined) return;
    if (this.isUp) this.extenAfterAnswer = exten;
    this.exten = exten;
  }
}
