import type { Channel } from '../model/channel.ts';
import { answeredBehind, MAX_DEPTH, outerDial } from '../model/dial.ts';
import type { Leg } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import type { Origin } from './walk-back-to-caller.ts';

/*
 * Who has to be called back: what shows that an origin rings an extension, or has hung up. What is known of that is in
 * `model/missed-calls.ts`.
 */

/** An IN leg has just opened: its extension misses this call, if nobody answers the origin. */
export function noteRung(
  state: TrackerState,
  leg: Leg,
  origin: Pick<Origin, 'channel' | 'consulted' | 'inNameOnly'>,
): void {
  const { channel, consulted } = origin;
  if (channel === undefined || channel.uniqueid === '') return;
  state.legs.missed.noteOrigin(leg, channel);
  // A phone that is rung late, when another has been answered already (two threads report the two dials), misses
  // nothing.
  if (consulted === undefined && !origin.inNameOnly && isTalking(state, channel)) return;
  if (isRungTooLate(leg)) return;
  state.legs.missed.ring(leg, channel, consulted !== undefined);
}

/** A channel has ended. */
export function noteGone(state: TrackerState, channel: Channel, at: number | undefined): void {
  const { missed } = state.legs;
  if (!missed.isOrigin(channel.uniqueid)) return;
  if (channel.replacement === undefined) missed.originGone(channel.uniqueid, at);
  else replaceOrigin(state, channel, channel.replacement.by, at);
}

/**
 * A party, or who is behind the half of a Local channel, is put in a channel's place: whom that has rung, he has rung
 * now.
 */
export function replaceOrigin(state: TrackerState, left: Channel, by: Channel, at: number | undefined): void {
  state.legs.missed.replaceOrigin(left.uniqueid, speakerThrough(state, by), at);
}

/**
 * Who speaks through a channel: itself, or the party on the other side of Local channels; the channel where nobody is
 * found.
 */
function speakerThrough(state: TrackerState, channel: Channel): Channel {
  let at = channel;
  for (let depth = 0; at.isLocal && depth < MAX_DEPTH; depth++) {
    const other = at.partner;
    const [party] = other === undefined ? [] : state.bridges.partiesWith(other);
    const next = party ?? answeredBehind(other) ?? other?.incomingDial?.source;
    if (next === undefined) return channel;
    at = next;
  }
  return at;
}

/** It is known which channels are alive: origins of an earlier run that are not among them have hung up. */
export function noteGoneOrigins(state: TrackerState, alive: ReadonlySet<string>, at: number | undefined): void {
  for (const origin of state.legs.missed.origins())
    if (!alive.has(origin) && state.channels.get(origin) === undefined) state.legs.missed.originGone(origin, at);
}

/**
 * The dial of the Local channel in front of a phone was over before its own began, for another phone had been answered:
 * so it is also when the caller has hung up by then (fixtures/queue-call-given-up-as-it-is-answered).
 */
function isRungTooLate({ channels: [called] }: Leg): boolean {
  const outer = called?.incomingDial && outerDial(called.incomingDial);
  if (outer?.status === undefined || outer.status === 'ANSWER') return false;
  return outer.source?.answeredOutgoingDial !== undefined;
}

function isTalking(state: TrackerState, channel: Channel): boolean {
  if (channel.bridge === undefined) return false;
  for (const _ of state.bridges.partiesWith(channel)) return true;
  return false;
}
