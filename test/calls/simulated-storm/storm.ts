import type { AmiEvent } from '../../../src/ami/ami-events.ts';
import { Pbx } from './pbx.ts';
import { type Random, random } from './random.ts';
import { SHAPES, type Shape } from './shapes.ts';
import type { Script } from './steps.ts';
import { createTruth, type TrueLeg } from './truth.ts';

/** A storm to be: which calls, and how many of them at once. The same plan gives the same storm. */
export interface StormPlan {
  /** Each is decided by its own seed, so that it stays as it is when others are left out. */
  calls: readonly { shape: Shape; seed: number }[];
  /** The order in which they take turns. */
  seed: number;
  atOnce: number;
  timestamps: boolean;
}

export interface Storm {
  events: AmiEvent[];
  /** The legs that must come of it when every event arrives. */
  legs: ReadonlyMap<string, TrueLeg>;
  /** Legs that are none, but that may be reported when a part of the events was not seen; by `withoutNumber`. */
  possible: ReadonlySet<string>;
}

/** No step takes longer than this, in milliseconds. */
const LONGEST_STEP = 20;
/** Asterisk's next step comes within this, in milliseconds, when the script says `soon`. */
const SOON = 300;

interface Running {
  script: Script;
  /** By when its next step must come. */
  due: number;
}

/** Lets all calls of a plan happen in the model's Asterisk, so many at a time, their steps mixed. */
export function storm({ calls, seed, atOnce, timestamps }: StormPlan): Storm {
  const truth = createTruth();
  const pbx = new Pbx(timestamps, truth.gone);
  const waiting = calls.map(({ shape, seed: own }) => SHAPES[shape]({ pbx, truth, random: random(own) })).reverse();
  const turns = random(seed);
  const running: Running[] = [];
  while (waiting.length > 0 || running.length > 0) {
    const next = running.length < atOnce && turns.chance(0.2) ? waiting.pop() : undefined;
    if (next !== undefined) running.push({ script: next, due: Number.POSITIVE_INFINITY });
    pbx.now += turns.below(LONGEST_STEP);
    takeTurn(running, pbx.now, turns);
  }
  return { events: pbx.events, legs: truth.legs, possible: truth.possible };
}

function takeTurn(running: Running[], now: number, turns: Random): void {
  const at = whoseTurn(running, now, turns);
  const chosen = running[at];
  if (chosen === undefined) return;
  const step = chosen.script.next();
  if (step.done) running.splice(at, 1);
  else if (step.value === 'soon') chosen.due = Math.min(chosen.due, now + SOON);
  else chosen.due = Number.POSITIVE_INFINITY;
}

function whoseTurn(running: readonly Running[], now: number, turns: Random): number {
  const late = running.findIndex(({ due }) => due <= now);
  return late >= 0 ? late : turns.below(running.length);
}
