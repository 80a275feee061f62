import type { Channel } from './channel.ts';

/** One dial towards one channel: from its DialBegin until that channel hangs up. */
export interface Dial {
  /** Who dials; absent for AMI Originate and call files. */
  source: Channel | undefined;
  dest: Channel;
  /** The Exten that the dialling channel showed at DialBegin. */
  exten: string;
  /** DialStatus of the DialEnd. Absent: still open. */
  status: string | undefined;
  /** Its beginning was not seen: that it has no source tells nothing. */
  beginMissed: boolean;
  /** The connection was lost meanwhile: that no DialEnd came tells nothing. */
  endMayBeMissed: boolean;
}

/** The dial in which the Local channel in front of this dial's source is dialled; absent when there is none. */
export function outerDial(dial: Dial): Dial | undefined {
  const source = dial.source;
  return source?.isLocal && source.isSecondHalf ? source.partner?.dialledBy : undefined;
}

/**
 * Whether the called channel's call was answered, as the dials tell it: dials are nested through Local channels, and an
 * inner answer counts only when every outer dial agrees (call acceptance, "press 1").
 *
 * `pending`: an outer or the own dial is still open. `open` says whether it is the own one only.
 */
export function dialResult(channel: Channel): 'answered' | 'not answered' | 'pending' | 'outer dial pending' {
  let verdict: 'answered' | 'pending' | 'outer dial pending' = 'answered';
  let nested = false;
  let dial = channel.dialledBy;
  for (let depth = 0; dial !== undefined && depth < MAX_DEPTH; depth++) {
    if (dial.status === undefined) {
      if (verdict === 'answered') verdict = nested && !dial.endMayBeMissed ? 'outer dial pending' : 'pending';
    } else if (dial.status !== 'ANSWER') return 'not answered';
    nested = true;
    dial = outerDial(dial);
  }
  return channel.dialledBy === undefined ? 'pending' : verdict;
}

/** The channel, no Local, that answered behind a Local channel's half that runs the dialplan. */
export function answeredBehind(half: Channel | undefined): Channel | undefined {
  let at = half;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    const dest: Channel | undefined = at.answeredDial?.dest;
    if (dest === undefined || !dest.isLocal) return dest;
    at = dest.partner;
  }
  return undefined;
}

/** The channel, no Local, that a dial has reached: its destination or who answered behind that. */
export function answererOf(dial: Dial): Channel | undefined {
  return dial.dest.isLocal ? answeredBehind(dial.dest.partner) : dial.dest;
}

/** More Local channels in a row than any dialplan has; ends a walk in a circle that lost events could make. */
export const MAX_DEPTH = 64;
