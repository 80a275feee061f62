import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { disturbed } from './storm/disturb.ts';
import { gapIn } from './storm/gap.ts';
import { judgeDisturbed, judgeGap, judgeStorm } from './storm/judge.ts';
import { random } from './storm/random.ts';
import { SHAPES, type Shape } from './storm/shapes.ts';
import { type Storm, type StormPlan, storm } from './storm/storm.ts';

/** AMI events of all storms together: `STORM=nightly` makes ten million. */
const EVENTS = process.env.STORM === 'nightly' ? 10_000_000 : 900_000;
const MOST_CALLS = 60;
/** Changes with every version of Node only; `STORM_SEED` tries others. */
const SEED = Number(process.env.STORM_SEED ?? 20261123);

const shape = fc.constantFrom(...(Object.keys(SHAPES) as Shape[]));
const plans: fc.Arbitrary<StormPlan> = fc.record({
  calls: fc.array(fc.record({ shape, seed: fc.nat() }), { minLength: 1, maxLength: MOST_CALLS, size: 'max' }),
  seed: fc.nat(),
  atOnce: fc.integer({ min: 1, max: 30 }),
  timestamps: fc.boolean(),
});

/** Lets storms come until so many events have been judged; fast-check makes the smallest plan of a bad one. */
function untilJudged(events: number, judge: (made: Storm, seed: number) => void): void {
  const begun = performance.now();
  let judged = 0;
  let storms = 0;
  let legs = 0;
  for (let seed = SEED; judged < events; seed++) {
    fc.assert(
      fc.property(plans, fc.nat(), (plan, own) => {
        const made = storm(plan);
        judge(made, own);
        judged += made.events.length;
        legs += made.legs.size;
        storms++;
      }),
      { seed, numRuns: 50 },
    );
  }
  const seconds = (performance.now() - begun) / 1000;
  process.stderr.write(
    `${expect.getState().currentTestName}: ${storms} storms, ${judged} events, ${legs} legs, ` +
      `${seconds.toFixed(1)} s, ${Math.round(judged / seconds)} events/s\n`,
  );
}

describe('storms of calls', () => {
  it(
    'give exactly the legs that there are, with their values, and nothing is left in memory',
    () => untilJudged(EVENTS * 0.5, (made) => judgeStorm(made)),
    EVENTS,
  );

  it(
    'break no promise when events are lost, doubled and swapped',
    () =>
      untilJudged(EVENTS * 0.25, (made, seed) => {
        const chance = random(seed);
        const rate = chance.pick([0.01, 0.05, 0.2]);
        const how = { lost: rate, doubled: rate, swapped: rate, gap: rate / 20 };
        judgeDisturbed(made, disturbed(made.events, how, chance));
      }),
    EVENTS,
  );

  it(
    'make up no leg and leave none when a part of them is not seen',
    () => untilJudged(EVENTS * 0.125, (made, seed) => judgeGap(made, gapIn(made, false, random(seed)))),
    EVENTS,
  );

  it(
    'make up no leg and leave none when the bridge is restarted meanwhile',
    () => untilJudged(EVENTS * 0.125, (made, seed) => judgeGap(made, gapIn(made, true, random(seed)))),
    EVENTS,
  );
});
