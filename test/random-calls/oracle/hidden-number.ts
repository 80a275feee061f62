import type { Originated } from './evidence.ts';

/** Numbers from which the dialplan goes on to another. */
const GOES_ON = /^62[1-8]$/;

/**
 * Whether the number of a click to call cannot be held against what came: no event says which it is, so it may be left out,
 * or be the last one that the dialplan went to.
 */
export const isNumberHidden = (originated: Originated | undefined, came: string | undefined): boolean =>
  originated !== undefined &&
  originated.way !== 'asynchronous' &&
  (came === undefined || GOES_ON.test(originated.number));
