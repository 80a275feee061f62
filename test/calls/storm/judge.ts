import { deepStrictEqual } from 'node:assert/strict';
import type { AmiEvent } from '../../../src/ami/events.ts';
import { Tracker, type TrackerOptions } from '../../../src/calls/tracker.ts';
import { createInvariantChecker, type InvariantChecker, InvariantViolation } from '../invariant.ts';
import { DIRECTORY } from './cast.ts';
import type { Storm } from './storm.ts';
import { expectedOf, toldOf } from './truth.ts';

/** What a storm needs of a tracker; a broken one can stand in for it. */
export type TrackerUnderTest = Pick<Tracker, 'apply' | 'settle' | 'size'>;

/** @throws InvariantViolation where the events break a promise, however they were disturbed */
export function judgeInvariants(
  events: readonly AmiEvent[],
  make: (options: TrackerOptions) => TrackerUnderTest = (options) => new Tracker(options),
): InvariantChecker {
  const checker = createInvariantChecker();
  const tracker = make({ directory: DIRECTORY, onCallEvent: (event) => checker.see(event) });
  for (const event of events) tracker.apply(event);
  tracker.settle();
  if (tracker.size.legs !== checker.open)
    throw new InvariantViolation(`${tracker.size.legs} legs are kept, ${checker.open} were not told to have ended`);
  return finish(tracker, checker);
}

/**
 * Judges a storm of which nothing was lost: exactly the legs that there were, with their values, and nothing is left.
 * @throws InvariantViolation or AssertionError
 */
export function judgeStorm(
  { events, legs }: Storm,
  make: (options: TrackerOptions) => TrackerUnderTest = (options) => new Tracker(options),
): void {
  const checker = createInvariantChecker();
  const tracker = make({ directory: DIRECTORY, onCallEvent: (event) => checker.see(event) });
  for (const event of events) tracker.apply(event);
  tracker.settle();
  expectNothingKept(tracker);
  checker.finish();
  for (const [key, leg] of legs) {
    const told = checker.legs.get(key);
    if (told === undefined) throw new InvariantViolation(`no leg ${key}: ${JSON.stringify(leg.params)}`);
    deepStrictEqual(toldOf(told), expectedOf(leg), `leg ${key}: ${difference(toldOf(told), expectedOf(leg))}`);
  }
  for (const [key, told] of checker.legs)
    if (!legs.has(key))
      throw new InvariantViolation(`a leg that is none, ${key}: ${JSON.stringify(told.events[0]?.params)}`);
}

function finish(tracker: TrackerUnderTest, checker: InvariantChecker): InvariantChecker {
  tracker.apply({ event: 'Restarted' });
  checker.finish();
  expectNothingKept(tracker);
  return checker;
}

function expectNothingKept(tracker: TrackerUnderTest): void {
  for (const [what, count] of Object.entries(tracker.size))
    if (count !== 0) throw new InvariantViolation(`${count} ${what} are kept though no channel is alive`);
}

function difference(told: object, expected: object): string {
  return `told ${JSON.stringify(told)}, expected ${JSON.stringify(expected)}`;
}
