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
 * A leg must be told when its dial began while the bridge was connected and had come to read of it, or when it still
 * rang as the bridge came back.
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
  const readUntil = readUntilOf(legs, sessions, told);
  const seen = new Set<string>();
  for (const [order, leg] of legs.entries()) {
    const key = keyOf(leg);
    if (seen.has(key)) continue;
    seen.add(key);
    const first = told.get(key) ?? [];
    const dials = first.filter(({ params }) => params.CallStatus === 'CALLING');
    const hangups = first.filter(({ params }) => params.CallStatus !== 'CALLING');
    const due = mustBeTold(leg, order, sessions, readUntil);
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

/** Around the moment when the bridge asks which channels there are, a leg may be seen either way. */
const ASKING_MS = 300;

/** A bridge that was killed sooner after it had asked has not surely come to the answer. */
const LISTENING_MS = 500;

type Due = 'yes, it was heard' | 'yes, it rang when the bridge came back' | 'no' | 'either';

function mustBeTold(
  leg: TrueLeg,
  order: number,
  sessions: readonly Session[],
  readUntil: ReadonlyMap<Session, number>,
): Due {
  const heard = sessions.find(({ from, to }) => from <= leg.dialledAt && leg.dialledAt <= (to ?? Infinity));
  if (heard !== undefined && order <= (readUntil.get(heard) ?? Infinity)) return 'yes, it was heard';
  const rangUntil = leg.upAt ?? leg.endedAt ?? Infinity;
  const asked = sessions.filter(({ askedAt }) => askedAt !== undefined && askedAt >= leg.dialledAt);
  const back = asked.find(({ askedAt = 0, to = Infinity }) => to > askedAt + LISTENING_MS);
  if (back?.askedAt !== undefined && rangUntil > back.askedAt + ASKING_MS)
    return 'yes, it rang when the bridge came back';
  const first = asked[0]?.askedAt;
  return first !== undefined && rangUntil < first - ASKING_MS && heard === undefined ? 'no' : 'either';
}

/**
 * How far the bridge had surely read when it was killed, as a place among the legs, which are in the order of the
 * stream: AMI is one stream, so with a dial that it told of while it was alive it had read all that came before. What
 * lies unread in the socket at a kill nobody can know, not even of the same call and the same millisecond.
 */
function readUntilOf(
  legs: readonly TrueLeg[],
  sessions: readonly Session[],
  told: ReadonlyMap<string, Arrival[]>,
): Map<Session, number> {
  const until = new Map<Session, number>();
  for (const session of sessions) {
    const { from, to } = session;
    if (to === undefined) continue;
    const read = legs.findLastIndex(
      (leg) =>
        leg.dialledAt >= from &&
        leg.dialledAt <= to &&
        told.get(keyOf(leg))?.some(({ at, params }) => at <= to && params.CallStatus === 'CALLING') === true,
    );
    until.set(session, read);
  }
  return until;
}

const keyOf = ({ callId, extension, flow }: TrueLeg) => `${callId} ${extension} ${flow}`;
