import type { Channel } from '../model/channel.ts';
import type { DeferredDials } from '../model/deferred-dials.ts';
import type { State } from '../model/state.ts';

/**
 * How long they wait at most. An OriginateResponse that is later will not come: a call file has none. It was 1 ms late when
 * it was late. The list takes as long as Asterisk needs for its channels; a screen pop that is later is worth little.
 */
export const DEFER_MS = { number: 250, list: 5000 };

export function awaitsNumber(state: State, phone: Channel): boolean {
  return state.deferred.get(phone)?.waitsFor === 'number';
}

/** @param under the channel whose dials wait together */
export function deferDial(
  state: State,
  waitsFor: DeferredDials['waitsFor'],
  under: Channel,
  involved: readonly Channel[],
  at: number | undefined,
  tell: () => void,
): void {
  const held = state.deferred.get(under) ?? { waitsFor, channels: new Set([under]), since: at, tell: [] };
  for (const channel of involved) held.channels.add(channel);
  held.tell.push(tell);
  state.deferred.set(under, held);
}

/** Something becomes of this channel: what is held because of it is told before. */
export function flushDialsOf(state: State, channel: Channel): void {
  for (const [under, { channels }] of state.deferred) if (channels.has(channel)) flush(state, under);
}

/** Time passes: tells what has been held long enough. */
export function flushExpiredDials(state: State, now: number): void {
  for (const [under, held] of state.deferred) {
    // A clock that was set back a little must not make it wait until it is as late again.
    if (held.since !== undefined && now < held.since) held.since = now;
    if (held.since !== undefined && now - held.since >= DEFER_MS[held.waitsFor]) flush(state, under);
  }
}

/** The list of channels has come, or will not. */
export function flushDialsAwaitingList(state: State): void {
  for (const [under, { waitsFor }] of [...state.deferred]) if (waitsFor === 'list') flush(state, under);
}

/** The end of a log: nothing more will come. */
export function flushAllDials(state: State): void {
  for (const under of [...state.deferred.keys()]) flush(state, under);
}

function flush(state: State, under: Channel): void {
  const held = state.deferred.get(under);
  state.deferred.delete(under);
  for (const tell of held?.tell ?? []) tell();
}
