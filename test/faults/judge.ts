import type { TrueLeg } from './busy-pbx.ts';
import type { Arrival } from './recording-receiver.ts';
import type { Session } from './session.ts';

export interface Verdict {
  legs: number;
  arrivals: number;
  /** Legs that had to be reported and were not, in whole or in part. */
  lost: string[];
  /** Deliveries that arrived more than once. */
  duplicates: number;
  /** Legs whose Hangup came before their Dial, or without one. */
  disordered: string[];
  /**
   * Legs that were reported and that nobody could report rightly: the call was already up when the service came back.
   */
  false: string[];
}

/**
 * Compares what arrived with what truly happened.
 *
 * A leg is due when the service has read its beginning for sure, or that it rang when the service asked which channels
 * there are. What lies unread in the socket at a kill nobody can know, not even of the same call and the same
 * millisecond.
 */
export function judge(legs: readonly TrueLeg[], sessions: readonly Session[], arrivals: readonly Arrival[]): Verdict {
  const arrived = new Map<string, Arrival[]>();
  const perDelivery = new Map<string, number>();
  for (const arrival of arrivals) {
    const { CallID, CallFlow } = arrival.params;
    const extension = arrival.eventId.split('-').at(-1) ?? '';
    const key = `${CallID} ${extension} ${CallFlow}`;
    arrived.set(key, [...(arrived.get(key) ?? []), arrival]);
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
  const hasDial = (leg: TrueLeg, by: number) =>
    arrived.get(keyOf(leg))?.some(({ at, params }) => at <= by && params.CallStatus === 'CALLING') === true;
  const read = sessions.map((session) => ({ session, until: session.readUntil(legs, hasDial) }));
  const seen = new Set<string>();
  for (const [place, leg] of legs.entries()) {
    const key = keyOf(leg);
    if (seen.has(key)) continue;
    seen.add(key);
    const first = arrived.get(key) ?? [];
    const dials = first.filter(({ params }) => params.CallStatus === 'CALLING');
    const hangups = first.filter(({ params }) => params.CallStatus !== 'CALLING');
    const due = dueOf(leg, place, read);
    const isDue = due.startsWith('yes');
    if (isDue || dials.length + hangups.length > 0) verdict.legs++;
    if (isDue && (dials.length === 0 || hangups.length === 0))
      verdict.lost.push(`${key}: ${dials.length} Dial, ${hangups.length} Hangup (due: ${due})`);
    else if (dials.length > 0 && hangups.length === 0) verdict.lost.push(`${key}: a Dial without its Hangup`);
    if (due === 'no' && dials.length > 0) verdict.false.push(key);
    if ((hangups[0]?.at ?? Infinity) < (dials[0]?.at ?? Infinity)) verdict.disordered.push(key);
  }
  return verdict;
}

type Due = 'yes, it was heard' | 'yes, it rang when the service came back' | 'no' | 'either';

/** @param read each session, with the place of the last leg whose beginning was read for sure on it */
function dueOf(leg: TrueLeg, place: number, read: readonly { session: Session; until: number }[]): Due {
  if (read.some(({ session, until }) => session.wasSent(place) && place <= until)) return 'yes, it was heard';
  if (read.some(({ session, until }) => session.hasReadInList(leg, until)))
    return 'yes, it rang when the service came back';
  return read.some(({ session }) => session.wasSent(place) || session.wasShown(leg)) ? 'either' : 'no';
}

const keyOf = ({ callId, extension, flow }: TrueLeg) => `${callId} ${extension} ${flow}`;
