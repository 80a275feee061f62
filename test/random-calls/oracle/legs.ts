import type { Arrival } from '../../faults/recording-receiver.ts';
import { LINE } from '../service-config.ts';
import type { Tally } from './tally.ts';

/** One request of a leg. Milliseconds; `at` is when it arrived, `eventAt` when Asterisk had the event. */
export interface LegEvent {
  at: number;
  eventAt: number;
  /** Its place among all requests. */
  order: number;
  params: Record<string, string>;
}

/** What the receiver got for one leg. */
export interface Leg {
  id: string;
  callId: string;
  extension: string;
  flow: 'IN' | 'OUT';
  dials: LegEvent[];
  answers: LegEvent[];
  hangups: LegEvent[];
  missed: LegEvent[];
}

/** A leg that has its Dial; how many it has is judged by {@link judgeLegs}. */
export interface DialledLeg extends Leg {
  dial: LegEvent;
  answer: LegEvent | undefined;
  hangup: LegEvent | undefined;
}

const LISTS = {
  'dial-in': 'dials',
  'dial-out': 'dials',
  'answer-in': 'answers',
  'answer-out': 'answers',
  hangup: 'hangups',
  missed: 'missed',
} as const satisfies Record<string, keyof Leg>;

/** Requests by leg; one that was delivered twice counts once. */
export function legsOf(arrivals: readonly Arrival[]): Leg[] {
  const legs = new Map<string, Leg>();
  const known = new Set<string>();
  for (const [order, { at, delivery, event, marks, params }] of arrivals.entries()) {
    if (known.has(delivery)) continue;
    known.add(delivery);
    const { LegID = '', CallID = '', CallFlow, EventTime = '' } = params;
    const leg = legs.get(LegID) ?? newLeg(LegID, CallID, marks[0] ?? '', CallFlow === 'OUT' ? 'OUT' : 'IN');
    legs.set(LegID, leg);
    const list = LISTS[event as keyof typeof LISTS];
    leg[list].push({ at, eventAt: Date.parse(EventTime), order, params });
  }
  return [...legs.values()];
}

const newLeg = (id: string, callId: string, extension: string, flow: 'IN' | 'OUT'): Leg => ({
  id,
  callId,
  extension,
  flow,
  dials: [],
  answers: [],
  hangups: [],
  missed: [],
});

export const dialledLegs = (legs: readonly Leg[]): DialledLeg[] =>
  legs.flatMap((leg) => {
    const [dial] = leg.dials;
    return dial === undefined ? [] : [{ ...leg, dial, answer: leg.answers[0], hangup: leg.hangups[0] }];
  });

const FIXED = ['CallID', 'CallerIDNum', 'CallerIDNam', 'CallerExtension', 'CalledNumber', 'CallFlow'];
const FIXED_LINE = [...FIXED, 'CalledDID'];
const FIXED_IN = [...FIXED_LINE, 'CalledExtension'];

/** What a leg's Hangup says as its Dial did. */
function fixedOf({ extension, flow }: Leg): readonly string[] {
  if (flow === 'OUT') return FIXED;
  return extension === LINE ? FIXED_LINE : FIXED_IN;
}

/** What holds for every leg, whatever the phones saw. @param mayRepeat whether the service was killed meanwhile */
export function judgeLegs(legs: readonly Leg[], arrivals: readonly Arrival[], mayRepeat: boolean, tally: Tally): void {
  for (const leg of legs) {
    const { dials, answers, hangups, id } = leg;
    const counts = `${dials.length} Dial, ${answers.length} Answer, ${hangups.length} Hangup`;
    const about = { leg };
    tally.compare(
      'one Dial, one Hangup',
      dials.length === 1 && hangups.length === 1 && answers.length <= 1,
      counts,
      about,
    );
    const [dial] = dials;
    const [hangup] = hangups;
    if (dial === undefined || hangup === undefined) continue;
    const changed = fixedOf(leg).filter((name) => dial.params[name] !== hangup.params[name]);
    tally.compare('Hangup repeats the Dial', changed.length === 0, `${id} changes ${changed.join(', ')}`, about);
    const statuses = [dial.params.CallStatus, hangup.params.CallStatus].join(' ');
    tally.compare('CallStatus is one of three', /^CALLING (ANSWER|UNKNOWN)$/.test(statuses), statuses, about);
  }
  if (mayRepeat) return;
  const times = Map.groupBy(arrivals, ({ delivery }) => delivery);
  for (const [delivery, own] of times)
    tally.compare('delivered once', own.length === 1, `${delivery} arrived ${own.length} times`, {});
}
