import type { Channel } from './channel.ts';
import type { State } from './state.ts';

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
export interface HeldDials {
  waitsFor: 'number' | 'list';
  /** The phone, and what it dials through and towards. */
  channels: Set<Channel>;
  /** When the first was held; absent without timestamps. */
  since: number | undefined;
  tell: (() => void)[];
}

/**
 * How long they wait at most. An OriginateResponse that is later will not come: a call file has none. It was 1 ms late when
 * it was late. The list takes as long as Asterisk needs for its channels; a screen pop that is later is worth little.
 */
export const HOLD_MS = { number: 250, list: 5000 };

export function isHeld(state: State, phone: Channel): boolean {
  return state.held.get(phone)?.waitsFor === 'number';
}

/** @param under the channel whose dials wait together */
export function hold(
  state: State,
  waitsFor: HeldDials['waitsFor'],
  under: Channel,
  involved: readonly Channel[],
  at: number | undefined,
  tell: () => void,
): void {
  const held = state.held.get(under) ?? { waitsFor, channels: new Set([under]), since: at, tell: [] };
  for (const channel of involved) held.channels.add(channel);
  held.tell.push(tell);
  state.held.set(under, held);
}

/** Something becomes of this channel: what is held because of it is told before. */
export function tellHeldOf(state: State, channel: Channel): void {
  for (const [under, { channels }] of state.held) if (channels.has(channel)) tellHeld(state, under);
}

/** Time passes: tells what has been held long enough. */
export function tellHeldBefore(state: State, now: number): void {
  for (const [under, held] of state.held) {
    // A clock that was set back a little must not make it wait until it is as late again.
    if (held.since !== undefined && now < held.since) held.since = now;
    if (held.since !== undefined && now - held.since >= HOLD_MS[held.waitsFor]) tellHeld(state, under);
  }
}

/** The list of channels has come, or will not. */
export function tellHeldForList(state: State): void {
  for (const [under, { waitsFor }] of [...state.held]) if (waitsFor === 'list') tellHeld(state, under);
}

/** The end of a log: nothing more will come. */
export function tellAllHeld(state: State): void {
  for (const under of [...state.held.keys()]) tellHeld(state, under);
}

function tellHeld(state: State, under: Channel): void {
  const held = state.held.get(under);
  state.held.delete(under);
  for (const tell of held?.tell ?? []) tell();
}
