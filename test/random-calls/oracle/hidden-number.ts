import type { Tag } from '../plan/plan.ts';
import type { Scene } from './scene.ts';

/** Numbers from which the dialplan goes on to another. */
const GOES_ON = /^62[1-8]$/;

/**
 * Whether the number of a click to call cannot be compared with what came: no event says which it is, so it may be left
 * out, or be the last one that the dialplan went to, also by a transfer.
 */
export function isNumberHidden({ evidence }: Scene, tag: Tag | undefined, came: string | undefined): boolean {
  const originated = evidence.originated(tag);
  if (originated === undefined || originated.way === 'asynchronous') return false;
  return came === undefined || GOES_ON.test(originated.number) || evidence.wasTransferred(tag);
}
