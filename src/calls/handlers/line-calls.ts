import { RING } from '../../ami/ami-events.ts';
import { ownNumber } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';

import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { enterLine } from './leg-opening.ts';

/**
 * A channel calls in from outside: the leg of its line opens, as soon as the number is known that it comes in on.
 * @param how `now`: something becomes of the call (a dial, an answer, its end), so the number that it has shown is the
 * one; `once known`: a variable may still name another one, where the configuration wants that
 * @param dialled the number as the dial shows it; absent: as the channel's beginning does
 */
export function openLegOfLine(
  state: TrackerState,
  channel: Channel,
  at: number | undefined,
  how: 'now' | 'once known' = 'once known',
  dialled?: string,
): void {
  if (!state.directory.hasLines || !mayBeCallFromOutside(channel)) return;
  const number = dialled ?? ownNumber(channel);
  if (number === undefined) return;
  if (how === 'once known' && state.directory.prefersFromDid === true && channel.fromDid === '') return;
  enterLine(state, channel, number, at);
}

/**
 * Whether it may be a call from outside that is on no line yet: neither originated nor dialled by this PBX, nor seen
 * too late.
 */
function mayBeCallFromOutside(channel: Channel): boolean {
  return (
    channel.lineLeg === undefined &&
    !channel.isOnNoLine &&
    channel.extension === undefined &&
    channel.role === 'caller' &&
    channel.incomingDial === undefined &&
    !channel.isPicker &&
    !channel.hasEnded &&
    channel.firstSeen !== 'up' &&
    channel.state >= RING &&
    isParty(channel)
  );
}
