import type { Random } from '../../calls/simulated-storm/random.ts';
import { EXTENSIONS, PHONES, QUIET } from '../cast.ts';
import { between, sourceOf, weighted } from './chance.ts';
import type { CallPlan, Mark, Meeting } from './plan.ts';

/** The phones that may be rung. */
const RUNG: readonly string[] = PHONES.map(({ name }) => name).filter((name) => !QUIET.some((quiet) => quiet === name));

const DOES = [
  ['answer', 66],
  ['ring', 14],
  ['busy', 7],
  ['decline', 4],
  ['unavailable', 3],
  ['forward', 6],
] as const;

/** How a phone meets the n-th call of a plan that rings it; from 0. */
export function meetingOf(plan: CallPlan, phone: string, mark: Mark, nth: number): Meeting {
  const planned = mark === '' && nth === 0 ? plan.meets[phone] : undefined;
  const chance = sourceOf(plan.seed, phone, mark, nth);
  const meeting = planned ?? drawMeeting(chance, phone);
  return plan.asked.length > 0 && mark === '' ? { ...meeting, asked: drawAnswer(chance) } : meeting;
}

function drawMeeting(chance: Random, phone: string): Meeting {
  const does = weighted(chance, phone === 'trunk' ? DOES.slice(0, -1) : DOES);
  const ringsAfterMs =
    does === 'ring'
      ? between(chance, 0, 100)
      : chance.pick([0, between(chance, 0, 50), between(chance, 0, 50), between(chance, 0, 300), undefined]);
  return {
    does,
    ...(ringsAfterMs !== undefined && { ringsAfterMs }),
    afterMs: chance.pick([
      between(chance, 0, 50),
      between(chance, 100, 1000),
      between(chance, 100, 1000),
      between(chance, 500, 2500),
    ]),
    talkMs: chance.pick([
      between(chance, 0, 100),
      between(chance, 200, 2000),
      between(chance, 1000, 5000),
      between(chance, 1000, 5000),
    ]),
    hangsUp: chance.chance(0.5),
    ...(does === 'forward' && {
      to: chance.pick([...EXTENSIONS.filter((extension) => !phone.startsWith(extension)), '915550999']),
    }),
  };
}

/** Every phone that rings answers, at the same moment or some milliseconds apart. */
export function race(chance: Random, atMs: number): Record<string, Meeting> {
  const racing = RUNG.filter(() => chance.chance(0.8));
  return Object.fromEntries(
    racing.map((phone) => [
      phone,
      answers(atMs + chance.pick([0, 0, between(chance, 0, 20)]), between(chance, 300, 4000), chance.chance(0.5)),
    ]),
  );
}

/** Every phone answers soon and talks for a while, so that something can happen in the middle. */
export const talkative = (chance: Random): Record<string, Meeting> =>
  Object.fromEntries(
    EXTENSIONS.map((phone) => [
      phone,
      {
        ...answers(between(chance, 50, 1200), between(chance, 2000, 7000), chance.chance(0.5)),
        ringsAfterMs: between(chance, 0, 100),
      },
    ]),
  );

/** Every phone rings until somebody does something about it. */
export const ringing = (): Record<string, Meeting> =>
  Object.fromEntries(RUNG.map((phone) => [phone, { ...answers(0, 3000, false), does: 'ring' as const }]));

export const answers = (afterMs: number, talkMs: number, hangsUp: boolean): Meeting => ({
  does: 'answer',
  ringsAfterMs: 0,
  afterMs,
  talkMs,
  hangsUp,
});

function drawAnswer(chance: Random): NonNullable<Meeting['asked']> {
  const presses = weighted(chance, [
    ['1', 55],
    ['2', 20],
    ['', 25],
  ]);
  return { presses, afterMs: between(chance, 50, 1500), hangsUp: chance.chance(0.15) };
}
