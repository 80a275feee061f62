import type { Tag } from '../plan/plan.ts';
import { goesOn } from './dialplan.ts';
import type { Scene } from './scene.ts';

/**
 * Whether the number of a click to call cannot be compared with what came: no event says which it is, so it may be left
 * out, or be the last one that the dialplan went to, also by a transfer.
 */
export function isNumberHidden({ evidence }: Scene, tag: Tag | undefined, came: string | undefined): boolean {
  const originated = evidence.originated(tag);
  if (originated === undefined || originated.way === 'asynchronous') return false;
  return came === undefined || goesOn(originated.number) || evidence.wasTransferred(tag);
}
