import type { Extension } from '../../config/directory/directory.ts';
import type { Channel } from './channel.ts';

/**
 * One dial towards one channel: from its DialBegin until that channel hangs up. Made by {@link createDial}, changed by
 * {@link endDial}, {@link reopenDial} and {@link doubtEnd} only.
 */
export interface Dial {
  /** Who dials; absent for AMI Originate and call files. */
  readonly source: Channel | undefined;
  readonly dest: Channel;
  /** The Exten that the dialling channel showed at DialBegin; `''` when it showed none. */
  readonly exten: string;
  /**
   * The queue that `source` joins: what rings for it is dialled afterwards, and `dest` is `source` itself. Absent: it
   * is a dial.
   */
  readonly queue: Extension | undefined;
  /** The number to which the dialling channel had been transferred by then. Absent: it had not been. */
  readonly transferredTo: string | undefined;
  /** DialStatus of the DialEnd (`ANSWER`, `BUSY`, …; see `ami-events.ts`). Absent: still open. */
  readonly status: string | undefined;
  /** Its DialBegin was missed: that it has no source means nothing. */
  readonly beginMissed: boolean;
  /** The connection was lost meanwhile: that no DialEnd came means nothing. */
  readonly endMayBeMissed: boolean;
}

/** A dial; what is left out is as for one that has just begun. */
export function createDial(
  dial: Pick<Dial, 'source' | 'dest' | 'exten'> &
    Partial<Pick<Dial, 'queue' | 'status' | 'beginMissed' | 'endMayBeMissed'>>,
): Dial {
  return {
    source: dial.source,
    dest: dial.dest,
    exten: dial.exten,
    queue: dial.queue,
    transferredTo: dial.source?.transferredTo,
    status: dial.status,
    beginMissed: dial.beginMissed ?? false,
    endMayBeMissed: dial.endMayBeMissed ?? false,
  };
}

type MutableDial = { -readonly [Field in keyof Dial]: Dial[Field] };

/** The DialEnd of a dial came. */
export function endDial(dial: Dial, status: string): void {
  (dial as MutableDial).status = status;
}

/** What seemed to be the end of a dial was none. */
export function reopenDial(dial: Dial): void {
  (dial as MutableDial).status = undefined;
}

/** The connection was lost while a dial was open: its DialEnd may have been missed. */
export function doubtEnd(dial: Dial): void {
  (dial as MutableDial).endMayBeMissed = true;
}

/** The dial in which the Local channel in front of this dial's source is dialled; absent when there is none. */
export function outerDial(dial: Dial): Dial | undefined {
  const source = dial.source;
  return source?.isLocal && source.isSecondHalf ? source.partner?.incomingDial : undefined;
}

/**
 * Whether the called channel's call was answered, as the dials say: dials are nested through Local channels, and an
 * inner answer counts only when every outer dial agrees (call acceptance, "press 1").
 *
 * `pending`: the channel's own dial is still open, or it has none. `outer dial pending`: its own ended in an answer,
 * but one in front of it is still open.
 */
export function dialResult(channel: Channel): 'answered' | 'not answered' | 'pending' | 'outer dial pending' {
  let result: 'answered' | 'pending' | 'outer dial pending' = 'answered';
  let nested = false;
  let dial = channel.incomingDial;
  for (let depth = 0; dial !== undefined && depth < MAX_DEPTH; depth++) {
    if (dial.status === undefined) {
      if (result === 'answered') result = nested && !dial.endMayBeMissed ? 'outer dial pending' : 'pending';
    } else if (dial.status !== 'ANSWER') return 'not answered';
    nested = true;
    dial = outerDial(dial);
  }
  return channel.incomingDial === undefined ? 'pending' : result;
}

/** The channel, no Local, that answered behind a Local channel's half that runs the dialplan; absent when none has. */
export function answeredBehind(half: Channel | undefined): Channel | undefined {
  let at = half;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    const dest: Channel | undefined = at.answeredOutgoingDial?.dest;
    if (dest === undefined || !dest.isLocal) return dest;
    at = dest.partner;
  }
  return undefined;
}

/**
 * The channel, no Local, that a dial has reached: its destination or who answered behind that; absent when nobody has.
 */
export function answererOf(dial: Dial): Channel | undefined {
  return dial.dest.isLocal ? answeredBehind(dial.dest.partner) : dial.dest;
}

/** More Local channels in a row than any dialplan has; ends a walk in a circle that lost events could make. */
export const MAX_DEPTH = 64;
