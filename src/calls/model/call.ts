import type { CallFlow } from '../call-event.ts';
import type { Leg, MutableLeg } from './leg.ts';
import type { Rung } from './missed-calls.ts';

/**
 * One CallID and its open legs. Ten thousand go on at once, and most have two legs from their beginning to their end:
 * what most do not have is absent, and lists are replaced, not changed, for one that is exactly as long as its contents
 * takes a third of the memory of a set.
 */
export interface Call {
  callId: string;
  legs: readonly MutableLeg[];
  /**
   * What callers without a leg of their own dialled, by Uniqueid. Kept on disk: Asterisk shows a channel's first Exten
   * only once, and a queue rings further phones long after. Absent: there were none.
   */
  numbersByCaller: Map<string, string> | undefined;
  /** The CallID of the call that it was joined with last, by an attended transfer. Absent: with none. */
  relatedCallId?: string;
  /** How often callers have joined a queue, by Uniqueid: it is part of the names of these legs. Absent: none has. */
  joins?: Map<string, number> | undefined;
  /** Whom its origins have rung, and nobody has answered them since. Absent: nobody. Written by `MissedCalls` only. */
  rung?: readonly Rung[] | undefined;
}

/** What is known of a call beside its legs. */
export type CallFacts = Pick<Call, 'numbersByCaller' | 'joins' | 'relatedCallId'>;

/** The open leg of an extension in a call and direction; there is at most one. */
export function openLeg(call: Call | undefined, extension: string, flow: CallFlow): Leg | undefined {
  return call?.legs.find((leg) => leg.extension === extension && leg.flow === flow);
}
