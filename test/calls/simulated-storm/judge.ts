import { deepStrictEqual } from 'node:assert/strict';
import { type AmiEvent, UP } from '../../../src/ami/ami-events.ts';
import { Tracker, type TrackerOptions } from '../../../src/calls/tracker.ts';
import { createInvariantChecker, type EmittedLeg, type InvariantChecker, InvariantViolation } from '../invariant.ts';
import { DIRECTORY } from './cast.ts';
import type { Storm } from './storm.ts';
import { emittedOf, expectedOf, type TrueLeg, withoutNumber } from './truth.ts';

/** Makes the tracker that is judged; a broken one can stand in for the real one. */
export type MakeTracker = (options: TrackerOptions) => Tracker;

const REAL: MakeTracker = (options) => new Tracker(options);

/**
 * Judges a storm of which every event arrived: exactly the legs that there were, with their values, and nothing is
 * kept.
 * @throws InvariantViolation or AssertionError
 */
export function judgeStorm({ events, legs }: Storm, make = REAL): void {
  const checker = createInvariantChecker();
  const tracker = watched(checker, make);
  for (const event of events) tracker.apply(event);
  tracker.finish();
  expectNothingKept(tracker);
  checker.finish();
  for (const [key, leg] of legs) {
    const emitted = checker.legs.get(key);
    if (emitted === undefined) throw new InvariantViolation(`no leg ${key}: ${JSON.stringify(leg.params)}`);
    const [is, shall] = [emittedOf(emitted), expectedOf(leg)];
    deepStrictEqual(is, shall, `leg ${key}: emitted ${JSON.stringify(is)}, expected ${JSON.stringify(shall)}`);
  }
  for (const [key, emitted] of checker.legs) if (!legs.has(key)) throw invented(key, emitted);
}

/**
 * Judges what comes of a storm whose events were lost, doubled and swapped: no promise is broken, no phone that never
 * answered is reported to have, and when Asterisk is restarted nothing is kept.
 * @throws InvariantViolation
 */
export function judgeDisturbed({ events, legs }: Storm, arrived: readonly AmiEvent[], make = REAL): void {
  const checker = createInvariantChecker();
  const tracker = watched(checker, make);
  for (const event of arrived) tracker.apply(event);
  tracker.finish();
  if (tracker.size.legs !== checker.open)
    throw new InvariantViolation(`${tracker.size.legs} legs are kept, ${checker.open} were not reported to have ended`);
  tracker.apply({ event: 'Restarted' });
  checker.finish();
  expectNothingKept(tracker);
  expectOnlyTheUpAnswered(events, legs, checker);
}

/** How a storm goes on after the service has lost sight of it. */
export interface Sight {
  /** What the service sees before it loses sight. */
  before: readonly AmiEvent[];
  /** What it sees from then on: the answer of CoreShowChannels is among it. */
  after: readonly AmiEvent[];
  /** The service itself was restarted, and has only what it stored. */
  restarted: boolean;
}

/**
 * Judges a storm of which a part was not seen: no promise is broken, no leg is made up, and nothing is kept at the end.
 * @throws InvariantViolation
 */
export function judgeGap({ events, legs, possible }: Storm, { before, after, restarted }: Sight, make = REAL): void {
  const checker = createInvariantChecker();
  const disk = new Map<string, string>();
  let tracker = watched(checker, make);
  for (const event of before) {
    tracker.apply(event);
    for (const { callId, state } of tracker.takeChanged()) {
      if (state === undefined) disk.delete(callId);
      else disk.set(callId, JSON.stringify(state));
    }
  }
  if (restarted) {
    tracker = watched(checker, make);
    tracker.restore([...disk.values()].map((text) => JSON.parse(text)));
  }
  for (const event of after) tracker.apply(event);
  tracker.finish();
  checker.finish();
  expectNothingKept(tracker);
  const there = new Set([...[...legs.values()].map(withoutNumber), ...possible]);
  for (const [key, emitted] of checker.legs) if (!there.has(withoutNumber(emitted))) throw invented(key, emitted);
  expectOnlyTheUpAnswered(events, legs, checker);
}

function watched(checker: InvariantChecker, make: MakeTracker): Tracker {
  return make({ directory: DIRECTORY, onCallEvent: (event) => checker.observe(event) });
}

function expectNothingKept(tracker: Tracker): void {
  for (const [what, count] of Object.entries(tracker.size))
    if (count !== 0) throw new InvariantViolation(`${count} ${what} are kept though no channel is alive`);
}

/** A phone that was never Up has not answered: of those that ring at once only one is reported to have. */
function expectOnlyTheUpAnswered(
  events: readonly AmiEvent[],
  legs: ReadonlyMap<string, TrueLeg>,
  checker: InvariantChecker,
): void {
  const up = new Set(events.flatMap((event) => ('state' in event && event.state === UP ? [event.uniqueid] : [])));
  const silent = new Map<string, boolean>();
  for (const leg of legs.values()) {
    const name = withoutNumber(leg);
    silent.set(name, (silent.get(name) ?? true) && leg.flow === 'IN' && !leg.phones.some((phone) => up.has(phone)));
  }
  for (const [key, emitted] of checker.legs)
    if (silent.get(withoutNumber(emitted)) && emitted.events.some(({ params }) => params.CallStatus === 'ANSWER'))
      throw new InvariantViolation(`ANSWER though no phone of it was ever Up, ${key}`);
}

function invented(key: string, emitted: EmittedLeg): InvariantViolation {
  return new InvariantViolation(`a leg that is none, ${key}: ${JSON.stringify(emitted.events[0]?.params)}`);
}
