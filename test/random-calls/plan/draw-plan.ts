import type { Random } from '../../calls/simulated-storm/random.ts';
import { CALLERS, EXTENSIONS } from '../cast.ts';
import { between, sourceOf, weighted } from './chance.ts';
import { askedBy, isOriginated, numberFor, WEIGHTS } from './kinds.ts';
import { answers, race, ringing, talkative } from './meetings.ts';
import { drawAction, drawTwice, NAMES } from './middle.ts';
import { type Action, type Beginning, type CallPlan, type Kind, outsideNumber, tagOfPlan } from './plan.ts';

/** Where no party can be transferred, or the plan is another already. */
const LEFT_ALONE: readonly Kind[] = [
  'unknown-number',
  'feature-code',
  'click-to-application',
  'trunk-to-trunk',
  'twice-transferred',
];
/** Where a phone rings long enough to be picked up. */
const PICKED_UP: readonly Kind[] = [
  'extension',
  'ring-group',
  'local-group',
  'hunt-group',
  'queue',
  'queues',
  'ivr',
  'with-mobile',
  'subroutine',
  'out',
  'click-to-call',
];
const SEVERAL_RING: readonly Kind[] = ['ring-group', 'local-group', 'queue', 'queues', 'with-mobile'];

/**
 * Draws the n-th call of a run, from 1. The same seed gives the same plans, whichever other calls are drawn.
 * @param kinds only of these; empty: of all
 */
export function drawPlan(seed: number, index: number, kinds: readonly string[] = []): CallPlan {
  const chance = sourceOf(seed, index);
  const kind = weighted(
    chance,
    WEIGHTS.filter(([name]) => kinds.length === 0 || kinds.includes(name)),
  );
  const { begins, kind: named } = isOriginated(kind)
    ? { begins: drawOriginate(chance, kind, index), kind }
    : drawCaller(chance, kind, index);
  const plan: CallPlan = {
    index,
    tag: tagOfPlan(index),
    kind: named,
    seed: chance.below(2 ** 31),
    begins,
    talkMs: begins.number.startsWith('*48')
      ? between(chance, 6000, 12000)
      : chance.pick([
          between(chance, 0, 50),
          between(chance, 200, 3000),
          between(chance, 1000, 5000),
          between(chance, 2000, 7000),
        ]),
    asked: askedBy(begins.number),
    meets: {},
    middle: [],
    pickups: [],
  };
  return withPickup(chance, withMiddle(chance, withGivingUp(chance, withRace(chance, plan))));
}

function drawCaller(chance: Random, wanted: Kind, index: number): { begins: Beginning; kind: Kind } {
  const outside = chance.chance(0.4) && !['feature-code', 'intercom'].includes(wanted);
  const kind = outside && wanted === 'out' ? 'trunk-to-trunk' : wanted;
  const phone = outside ? 'trunk' : chance.pick(CALLERS);
  const number = numberFor(kind, outside ? undefined : phone.slice(0, 3), chance);
  const tag = tagOfPlan(index);
  const name = `${tag}${chance.pick(NAMES)}`;
  if (!outside) return { kind, begins: { how: 'phone', phone, number, name, from: phone.slice(0, 3) } };
  const anonymous = chance.chance(0.06);
  const shown = chance.chance(0.75) || anonymous ? name : '';
  const from = anonymous ? 'anonymous@anonymous.invalid' : `${chance.pick(['+', ''])}${outsideNumber(index)}`;
  return { kind, begins: { how: 'phone', phone, number: `18005550${number}`, name: shown, from } };
}

function drawOriginate(chance: Random, kind: Kind, index: number): Beginning {
  const extension = chance.pick(kind === 'click-to-call-local' ? ['101', '107', '108', '103', '102'] : EXTENSIONS);
  const number = numberFor(kind, extension, chance);
  const local = `Local/${extension}@ext${chance.pick(['', '/n'])}`;
  return {
    how: 'originate',
    channel: kind === 'click-to-call-local' ? local : `PJSIP/${extension}`,
    extension,
    number,
    // Asterisk takes the CallerID of an Originate apart by rules of its own.
    name: `${tagOfPlan(index)}${kind === 'click-to-call-file' ? '' : chance.pick(NAMES).replace(/["\\]/g, '')}`,
    way: kind === 'click-to-call-file' ? 'call-file' : chance.chance(0.8) ? 'asynchronous' : 'synchronous',
  };
}

/** Several phones answer within the same milliseconds. */
function withRace(chance: Random, plan: CallPlan): CallPlan {
  if (!SEVERAL_RING.includes(plan.kind) || !chance.chance(0.35)) return plan;
  return { ...plan, meets: race(chance, between(chance, 50, 1500)) };
}

/** The caller gives up: some time, at once, or at the moment in which all answer. */
function withGivingUp(chance: Random, plan: CallPlan): CallPlan {
  const how = weighted(chance, [
    ['not', 75],
    ['some time', 12],
    ['at once', 5],
    ['at the answer', 8],
  ]);
  if (how === 'not') return plan;
  if (how === 'some time') return { ...plan, cancelAfterMs: between(chance, 50, 4000) };
  if (how === 'at once') return { ...plan, cancelAfterMs: between(chance, 0, 50) };
  const atMs = between(chance, 100, 1200);
  const meets = { ...race(chance, atMs), ...plan.meets };
  return { ...plan, meets, cancelAfterMs: atMs + between(chance, -10, 50) };
}

function withMiddle(chance: Random, plan: CallPlan): CallPlan {
  const middle = drawMiddle(chance, plan.kind);
  if (middle.length === 0) return plan;
  const { cancelAfterMs, ...patient } = plan;
  const twice = plan.kind === 'twice-transferred';
  return {
    ...(twice ? patient : plan),
    middle,
    talkMs: twice || chance.chance(0.6) ? between(chance, 4000, 9000) : plan.talkMs,
    meets: { ...talkative(chance), ...(twice ? {} : plan.meets) },
  };
}

function drawMiddle(chance: Random, kind: Kind): Action[] {
  if (kind === 'twice-transferred') return drawTwice(chance);
  if (LEFT_ALONE.includes(kind) || !chance.chance(0.45)) return [];
  const first = drawAction(chance, 'b');
  return chance.chance(0.15) ? [first, drawAction(chance, 'd')] : [first];
}

function withPickup(chance: Random, plan: CallPlan): CallPlan {
  if (!PICKED_UP.includes(plan.kind) || !chance.chance(0.16)) return plan;
  const digit = plan.begins.number.slice(-1);
  const target = ['extension', 'ivr', 'with-mobile', 'subroutine'].includes(plan.kind)
    ? digit
    : chance.pick(['1', '7', '8']);
  const code = chance.pick(['*8', '*8', `**10${target}`, `**110${target}`, undefined, undefined, undefined, undefined]);
  const later = plan.kind === 'ivr' || plan.kind === 'click-to-call' ? 1000 : 0;
  const pickup = {
    by: chance.pick([...EXTENSIONS, '102b']),
    afterMs: later + between(chance, 200, 2200),
    ...(code !== undefined && { code }),
  };
  if (!chance.chance(0.7)) return { ...plan, pickups: [pickup] };
  return { ...plan, pickups: [pickup], middle: [], meets: ringing() };
}

/** How the phone that a click to call rings first meets it. */
export function drawFirst(plan: CallPlan) {
  const chance = sourceOf(plan.seed, 'first');
  const does = weighted(chance, [
    ['answer', 80],
    ['ring', 10],
    ['busy', 10],
  ]);
  const afterMs = chance.pick([between(chance, 0, 50), between(chance, 100, 2000)]);
  return {
    ...answers(afterMs, between(chance, 500, 6000), true),
    does,
    ringsAfterMs: between(chance, 0, 100),
  };
}
