import type { Channel } from './channel.ts';
import type { State } from './state.ts';

/**
 * The dials of a click to call whose number Asterisk has not named yet. OriginateResponse names it, but is sent by another thread of
 * Asterisk than the dialplan runs in, so it can come a moment after the dial (fixtures/freepbx-click-to-call). Until then
 * the call events of these dials are held back: for {@link HOLD_MS} at most, and never past what happens to the dials next.
 */
export interface HeldDials {
  /** The phone, and what it dials through and towards. */
  channels: Set<Channel>;
  /** When the first was held; absent without timestamps. */
  since: number | undefined;
  tell: (() => void)[];
}

/** An OriginateResponse that is later than this will not come: a call file has none. It was 1 ms late when it was late. */
export const HOLD_MS = 250;

export function isHeld(state: State, phone: Channel): boolean {
  return state.held.has(phone);
}

export function hold(
  state: State,
  phone: Channel,
  involved: readonly Channel[],
  at: number | undefined,
  tell: () => void,
): void {
  const held = state.held.get(phone) ?? { channels: new Set([phone]), since: at, tell: [] };
  for (const channel of involved) held.channels.add(channel);
  held.tell.push(tell);
  state.held.set(phone, held);
}

/** Something becomes of this channel: what is held because of it is told before. */
export function tellHeldOf(state: State, channel: Channel): void {
  for (const [phone, { channels }] of state.held) if (channels.has(channel)) tellHeld(state, phone);
}

/** Time passes: tells what has been held long enough. */
export function tellHeldBefore(state: State, now: number): void {
  for (const [phone, held] of state.held) {
    // A clock that was set back a little must not make it wait until it is as late again.
    if (held.since !== undefined && now < held.since) held.since = now;
    if (held.since !== undefined && now - held.since >= HOLD_MS) tellHeld(state, phone);
  }
}

/** The end of a log: nothing more will come. */
export function tellAllHeld(state: State): void {
  for (const phone of [...state.held.keys()]) tellHeld(state, phone);
}

function tellHeld(state: State, phone: Channel): void {
  const held = state.held.get(phone);
  state.held.delete(phone);
  for (const tell of held?.tell ?? []) tell();
}
