import { type Random, random } from '../../calls/simulated-storm/random.ts';

/** A source of its own for one call, or for one moment of it. */
export const sourceOf = (seed: number, ...parts: readonly (number | string)[]): Random =>
  random(parts.reduce<number>((mixed, part) => mix(mixed, typeof part === 'string' ? hash(part) : part), seed));

/** Milliseconds from `from` up to `to`, with a tenth of one. */
export const between = (chance: Random, from: number, to: number): number =>
  from + chance.below(Math.round((to - from) * 10)) / 10;

/** One of the names, each as often as its weight says. */
export function weighted<T extends string>(chance: Random, weights: readonly (readonly [T, number])[]): T {
  let left = chance.below(weights.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [name, weight] of weights) {
    left -= weight;
    if (left < 0) return name;
  }
  throw new Error('nothing to choose from');
}

/** So that neighbouring seeds have nothing in common. */
const mix = (one: number, other: number): number =>
  Math.imul(Math.imul(one ^ (one >>> 15), 0x2c1b3c6d) + other, 0x297a2d39) | 0;

const hash = (text: string): number => [...text].reduce((sum, letter) => mix(sum, letter.codePointAt(0) ?? 0), 1);
