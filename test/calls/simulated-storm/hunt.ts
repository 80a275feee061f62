import fc from 'fast-check';
import { disturbed } from './disturb.ts';
import { gapIn } from './gap.ts';
import { judgeDisturbed, judgeGap, judgeStorm } from './judge.ts';
import { random } from './random.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { type Storm, type StormPlan, storm } from './storm.ts';

const MOST_CALLS = 60;

const shape = fc.constantFrom(...(Object.keys(SHAPES) as Shape[]));
const plans: fc.Arbitrary<StormPlan> = fc.record({
  calls: fc.array(fc.record({ shape, seed: fc.nat() }), { minLength: 1, maxLength: MOST_CALLS, size: 'max' }),
  seed: fc.nat(),
  atOnce: fc.integer({ min: 1, max: 30 }),
  timestamps: fc.boolean(),
});

/** One way to look at storms. */
export interface Hunt {
  /** What must hold, as the rest of a sentence about storms. */
  name: string;
  /** Which part of all events it gets. */
  share: number;
  /** @throws when a promise is broken */
  judge(made: Storm, seed: number): void;
}

export const HUNTS: readonly Hunt[] = [
  {
    name: 'give exactly the legs that there are, with their values, and nothing is left in memory',
    share: 0.5,
    judge: (made) => judgeStorm(made),
  },
  {
    name: 'break no promise when events are lost, doubled and swapped',
    share: 0.25,
    judge(made, seed) {
      const chance = random(seed);
      const rate = chance.pick([0.01, 0.05, 0.2]);
      const how = { lost: rate, doubled: rate, swapped: rate, gap: rate / 20 };
      judgeDisturbed(made, disturbed(made.events, how, chance));
    },
  },
  {
    name: 'make up no leg and leave none when a part of them is not seen',
    share: 0.125,
    judge: (made, seed) => judgeGap(made, gapIn(made, false, random(seed))),
  },
  {
    name: 'make up no leg and leave none when the service is restarted meanwhile',
    share: 0.125,
    judge: (made, seed) => judgeGap(made, gapIn(made, true, random(seed))),
  },
];

/** How much was looked at. */
export interface Judged {
  storms: number;
  events: number;
  legs: number;
}

/**
 * Lets storms come until so many events have been judged. The same seed gives the same storms.
 * @param smallest whether fast-check shall look for the smallest plan of a bad storm before it throws
 * @throws what the judge throws
 */
export function untilJudged(
  { judge }: Hunt,
  { events, seed, smallest }: { events: number; seed: number; smallest: boolean },
): Judged {
  const judged: Judged = { storms: 0, events: 0, legs: 0 };
  for (let round = seed; judged.events < events; round++) {
    fc.assert(
      fc.property(plans, fc.nat(), (plan, own) => {
        const made = storm(plan);
        judge(made, own);
        judged.events += made.events.length;
        judged.legs += made.legs.size;
        judged.storms++;
      }),
      { seed: round, numRuns: 50, endOnFailure: !smallest },
    );
  }
  return judged;
}
