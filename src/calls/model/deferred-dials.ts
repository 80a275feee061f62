import type { Channel } from './channel.ts';

/**
 * Dials whose call events wait for what Asterisk is about to tell of them; for a while at most, and never past what happens
 * to the dials next.
 *
 * - `number`: the dials of a click to call whose number Asterisk has not named yet. OriginateResponse names it, but is sent
 *   by another thread of Asterisk than the dialplan runs in, so it can come a moment after the dial
 *   (fixtures/freepbx-click-to-call). All of one phone wait together, under that phone.
 * - `list`: a dial that begins after a gap, before the list of channels has come, for a caller that is not known yet or
 *   whose number is not. It waits by itself, under the channel that is dialled.
 */
export interface DeferredDials {
  waitsFor: 'number' | 'list';
  /** The phone, and what it dials through and towards. */
  channels: Set<Channel>;
  /** When the first was held; absent without timestamps. */
  since: number | undefined;
  tell: (() => void)[];
}
