import type { TrueLeg } from './busy-pbx.ts';
import type { Arrival } from './recording-receiver.ts';

export interface Verdict {
  legs: number;
  arrivals: number;
  /** Legs that had to be told and were not, in whole or in part. */
  lost: string[];
  /** Deliveries that arrived more than once. */
  duplicates: number;
  /** Legs whose Hangup came before their Dial, or without one. */
  disordered: string[];
  /** Legs told that nobody could tell rightly: the call was already up when the bridge came back. */
  false: string[];
}

/** When a session could first hear of what happens, and until when. */
export interface Session {
  from: number;
  to?: number;
  askedAt?: number;
}

/**
 * Holds what arrived against what truly happened.
 *
 * A leg must be told when its dial began while the bridge was connected, or when it still rang as the bridge came
 * back. A dial in the last moment before a kill may lie unread in the socket; it must be told only if it still rings at
 * the next start.
 */
export function judge(legs: readonly TrueLeg[], sessions: readonly Session[], arrivals: readonly Arrival[]): Verdict {
  const told = new Map<string, Arrival[]>();
  const perDelivery = new Map<string, number>();
  for (const arrival of arrivals) {
    const { CallID, CallFlow } = arrival.params;
    const extension = arrival.eventId.split('-').at(-1) ?? '';
    const key = `${CallID} ${extension} ${CallFlow}`;
    told.set(key, [...(told.get(key) ?? []), arrival]);
    perDelivery.set(arrival.delivery, (perDelivery.get(arrival.delivery) ?? 0) + 1);
  }
  const verdict: Verdict = {
    legs: 0,
    arrivals: arrivals.length,
    lost: [],
    duplicates: [...perDelivery.values()].reduce((sum, times) => sum + times - 1, 0),
    disordered: [],
    false: [],
  };
  const seen = new Set<string>();
  for (const leg of legs) {
    const key = `${leg.callId} ${leg.extension} ${leg.flow}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const first = told.get(key) ?? [];
    const dials = first.filter(({ params }) => params.CallStatus === 'CALLING');
    const hangups = first.filter(({ params }) => params.CallStatus !== 'CALLING');
    const due = mustBeTold(leg, sessions);
    if (due === 'yes' || dials.length + hangups.length > 0) verdict.legs++;
    if (due === 'yes' && (dials.length === 0 || hangups.length === 0))
      verdict.lost.push(`${key}: ${dials.length} Dial, ${hangups.length} Hangup`);
    else if (dials.length > 0 && hangups.length === 0) verdict.lost.push(`${key}: a Dial without its Hangup`);
    if (due === 'no' && dials.length > 0) verdict.false.push(key);
    if ((hangups[0]?.at ?? Infinity) < (dials[0]?.at ?? Infinity)) verdict.disordered.push(key);
  }
  return verdict;
}

/** Within this time before the connection was lost, an event may have been on its way unread. */
const UNREAD_MS = 300;
/** Around the moment when the bridge asks which channels there are, a leg may be seen either way. */
const ASKING_MS = 300;

function mustBeTold(leg: TrueLeg, sessions: readonly Session[]): 'yes' | 'no' | 'either' {
  const heard = sessions.find(({ from, to }) => from <= leg.dialledAt && leg.dialledAt <= (to ?? Infinity));
  if (heard !== undefined && leg.dialledAt < (heard.to ?? Infinity) - UNREAD_MS) return 'yes';
  const back = sessions.find(({ askedAt }) => askedAt !== undefined && askedAt >= leg.dialledAt);
  const rangUntil = leg.upAt ?? leg.endedAt ?? Infinity;
  if (back?.askedAt === undefined) return 'either';
  if (rangUntil > back.askedAt + ASKING_MS) return 'yes';
  if (rangUntil < back.askedAt - ASKING_MS && heard === undefined) return 'no';
  return 'either';
}
