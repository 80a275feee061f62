import type { CallFlow } from '../call-event.ts';
import type { Leg, MutableLeg } from './leg.ts';

/**
 * One CallID: its open legs, and how many legs each extension has had in it. Ten thousand go on at once, and most have
 * two legs from their beginning to their end: what most do not have is absent, and lists are replaced, not changed,
 * for one that is exactly as long as its contents takes a third of the memory of a set.
 */
export interface Call {
  callId: string;
  legs: readonly MutableLeg[];
  /** By extension and flow (see {@link legName}), the number of its last leg that has ended. Absent: none has. */
  ended: Map<string, number> | undefined;
  /**
   * What callers without a leg of their own dialled, by Uniqueid. Kept on disk: Asterisk shows a channel's first Exten
   * only once, and a queue rings further phones long after. Absent: there were none.
   */
  dialled: Map<string, string> | undefined;
}

/** The key of an extension's legs within a call. */
function legName(extension: string, flow: CallFlow): string {
  return `${flow} ${extension}`;
}

/** The open leg of an extension in a call and direction; there is at most one. */
export function openLeg(call: Call | undefined, extension: string, flow: CallFlow): Leg | undefined {
  return call?.legs.find((leg) => leg.extension === extension && leg.flow === flow);
}

/** The number that the next leg of an extension in this direction has, when none is open. */
export function nextNumber(call: Call, extension: string, flow: CallFlow): number {
  return (call.ended?.get(legName(extension, flow)) ?? 0) + 1;
}

/** A leg is no longer one of the call's. */
export function removeLeg(call: Call, leg: Leg): void {
  call.legs = call.legs.filter((other) => other !== leg);
  call.ended ??= new Map();
  call.ended.set(legName(leg.extension, leg.flow), leg.number);
}

/**
 * Which legs have ended, as {@link Call.ended}.
 * @param counts how many legs each extension has had, by {@link legName}
 * @param open those that are still open
 */
export function endedOf(counts: Iterable<[string, number]>, open: readonly Leg[]): Map<string, number> | undefined {
  const ended = new Map(counts);
  for (const { extension, flow, number } of open) {
    const name = legName(extension, flow);
    if (ended.get(name) === number) ended.delete(name);
  }
  return ended.size === 0 ? undefined : ended;
}

/** How many legs each extension has had in each direction, by {@link legName}: with those that are open. */
export function countsOf({ ended, legs }: Call): [string, number][] {
  const open = legs.map(({ extension, flow, number }): [string, number] => [legName(extension, flow), number]);
  return ended === undefined ? open : [...new Map([...ended, ...open])];
}
