import type { DialBegin, DialEnd } from '../../ami/ami-events.ts';
import { shownNumber, usableExten } from '../model/ami-values.ts';
import { callingLegs } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { answererOf, createDial, type Dial, endDial, reopenDial } from '../model/dial.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { answered } from './answer.ts';
import { routeDial } from './dial-routing.ts';
import { findOutermostOrigin } from './find-origin.ts';
import { becomePicker, pickupByReplaces } from './pickup.ts';
import { callerOf } from './walk-back-to-caller.ts';

/** A dial begins: the caller's leg opens first, then that of the phone that is dialled. */
export function dialBegin(state: TrackerState, event: DialBegin): void {
  const dest = state.observe(event.dest, event.at);
  if (dest === undefined) return;
  const source = event.source && (state.observe(event.source, event.at) ?? state.channels.detached(event.source));
  if (isSameDial(dest.incomingDial, source)) {
    if (dest.incomingDial.status !== 'ANSWER') reopenDial(dest.incomingDial);
    return;
  }
  const dial = createDial({ source, dest, exten: numberOf(event) });
  dest.setIncomingDial(dial);
  // A calling channel that is dialled is picking up: its going Up was no call of its own.
  if (state.upWithoutDial.has(dest)) becomePicker(state, dest, event.at);
  routeDial(state, dial, event.at);
  state.deferred.flushBehind(dest, event.at);
}

/**
 * A party is put in a transferrer's place while that rings a phone: Asterisk reports the end of the dial, and its
 * beginning by that party. It is the same dial, which goes on.
 */
function isSameDial(dial: Dial | undefined, source: Channel | undefined): dial is Dial {
  return source !== undefined && dial?.source?.replacement?.by === source;
}

/** The number that the dialling channel shows, `''` when it shows none. */
function numberOf({ source }: DialBegin | DialEnd): string {
  return (source && shownNumber(source)) ?? '';
}

/** A dial ends, with an answer or without. */
export function dialEnd(state: TrackerState, event: DialEnd): void {
  const dest = state.observe(event.dest, event.at);
  if (dest === undefined) return;
  state.deferred.flushOf(dest);
  const source = event.source && state.observe(event.source, event.at);
  const isPicker = dest.incomingDial === undefined && usableExten(dest.dialledExten) !== undefined;
  const dial = dest.incomingDial ?? createDial({ source, dest, exten: numberOf(event), beginMissed: true });
  if (dest.incomingDial === undefined) dest.setIncomingDial(dial);
  // A queue reports it a second time, as cancelled; so does a transfer of the caller.
  const isFirst = dial.status === undefined;
  if (dial.status !== 'ANSWER') endDial(dial, event.dialStatus);
  const origin = findOutermostOrigin(state, dial);
  if (isFirst) recordDialStatus(state, dial, callerOf(origin), event.dialStatus);
  if (event.dialStatus !== 'ANSWER') return;
  dial.source?.markDialAnswered(dial);
  if (isPicker && source !== undefined) pickupByReplaces(state, dial, source.linkedid, event.at);
  answered(state, dial, origin, event.at);
}

/**
 * A phone behind a Local channel that was answered inside has the status of the dial outside, where that is another
 * one.
 */
function recordDialStatus(state: TrackerState, dial: Dial, caller: Channel | undefined, status: string): void {
  const called = status === 'ANSWER' && dial.dest.isLocal ? undefined : (answererOf(dial) ?? dial.dest);
  if (called?.leg?.flow === 'IN') state.legs.setDialStatus(called.leg, status);
  for (const leg of callingLegs(caller)) state.legs.setDialStatus(leg, status);
}
