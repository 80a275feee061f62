import type { CallFlow } from './call-event.ts';
import type { Leg } from './leg.ts';

/** One CallID: its open legs, and how many legs each extension has had in it. */
export interface Call {
  callId: string;
  legs: Set<Leg>;
  /** By extension and flow (see {@link legName}). */
  counts: Map<string, number>;
  /**
   * What callers without a leg of their own dialled, by uniqueid. Kept on disk: Asterisk tells a channel's first Exten
   * only once, and a queue rings further phones long after.
   */
  dialled: Map<string, string>;
}

/** The key of an extension's legs within a call. */
export function legName(extension: string, flow: CallFlow): string {
  return `${flow} ${extension}`;
}

/** The open leg of an extension in a call and direction; there is at most one. */
export function openLeg(call: Call | undefined, extension: string, flow: CallFlow): Leg | undefined {
  if (call === undefined) return undefined;
  for (const leg of call.legs) if (leg.extension === extension && leg.flow === flow) return leg;
  return undefined;
}
