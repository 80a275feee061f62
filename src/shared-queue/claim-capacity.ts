import { MOST_AT_ONCE, shareOf, UNKNOWN_MS } from '../delivery/dispatch/slots.ts';
import type { Limits, TargetLoad } from '../delivery/dispatch/target-load.ts';

/** How one source's deliveries to one target stand at this worker. */
export interface SourceLoad extends TargetLoad {
  source: string;
}

/** What a worker claims next. */
export interface Capacity {
  /** Targets of which it has as many as it can send. */
  without: string[];
  /** Targets that are left alone for one source, and not for all. */
  withoutOf: { source: string; target: string }[];
  /** Of each target. */
  perTarget: number;
  /** Of all; 0: nothing is claimed. */
  most: number;
}

/** A worker claims this many times what it sends at once: the rest goes out while it claims more. */
const AHEAD = 2;

/**
 * What a worker may claim: no more than it can send, so that what waits for a sick target waits in the queue and takes
 * no room from others. It is shared as the slots are: the first of each target always finds room, the rest is for those
 * that give it back soon. A target that is left alone gets none until it may be tried again.
 *
 * @param sources all whose deliveries this worker can send
 */
export function capacityFor(
  loads: readonly SourceLoad[],
  sources: readonly string[],
  { perTarget, total }: Limits,
): Capacity {
  const shared = total * AHEAD;
  const byTarget = [...Map.groupBy(loads, ({ name }) => name)].map(([name, some]) => ({
    name,
    busy: some.reduce((sum, { busy }) => sum + busy, 0),
    slotMs: Math.max(...some.map(({ slotMs }) => slotMs)),
    leftAloneFor: some.filter(({ isLeftAlone }) => isLeftAlone).map(({ source }) => source),
  }));
  const all = byTarget.reduce((sum, { busy }) => sum + busy, 0);
  const taken = byTarget.reduce((sum, { busy }) => sum + Math.max(0, busy - 1), 0);
  const isFull = ({ busy, slotMs, leftAloneFor }: (typeof byTarget)[number]) =>
    leftAloneFor.length === sources.length ||
    busy >= perTarget * AHEAD ||
    (busy > 0 && taken >= shareOf(shared, slotMs));
  // One of which nothing is known may be a sick one.
  const isScarce = taken >= shareOf(shared, UNKNOWN_MS);
  const left = MOST_AT_ONCE + shared - all;
  return {
    without: byTarget.filter(isFull).map(({ name }) => name),
    withoutOf: byTarget
      .filter((one) => !isFull(one))
      .flatMap(({ name, leftAloneFor }) => leftAloneFor.map((source) => ({ source, target: name }))),
    perTarget: isScarce ? 1 : perTarget,
    most: Math.max(0, Math.min(left, isScarce ? shared : Math.max(perTarget, shared - taken))),
  };
}
