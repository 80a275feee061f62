import { keyOf, type Tag } from '../plan/plan.ts';
import { type Answer, answerOf, isAsked, type Others } from './answers.ts';
import { mayAnswerBeside } from './dialplan.ts';
import type { Evidence } from './evidence.ts';
import type { PhoneCall } from './phone-call.ts';
import { pickupsIn, takeLateReplacesAsCalls } from './pickups.ts';
import { type RungFirst, rungFirst } from './rung-first.ts';

/** The caller's own answer comes this soon after the phone's. */
const PASSED_ON_MS = 300;

/** What the evidence means: who was rung in whose call, and who answered. */
export interface Scene {
  evidence: Evidence;
  /** Every phone that was rung, and every pickup as if it were rung. */
  rung: readonly PhoneCall[];
  first: RungFirst;
  answer(call: PhoneCall): Answer;
  isAsked(call: PhoneCall): boolean;
  /** The rung phones that show this caller itself; a click to call's first phone is among them. */
  rungBy(tag: Tag): readonly PhoneCall[];
  /** The same without the phones that a click to call rings first. */
  calledBy(tag: Tag): readonly PhoneCall[];
  /** Whether a pickup took this caller's call. */
  wasPickedUp(tag: Tag): boolean;
  /** Plans with a pickup of which no phone says what it took. */
  hasUnclearPickup(plan: number): boolean;
}

export function sceneOf(evidence: Evidence): Scene {
  const called = evidence.calls.filter(({ direction }) => direction === 'in');
  takeLateReplacesAsCalls(evidence, called);
  const pickups = pickupsIn(evidence);
  const rung = [...called, ...pickups];
  const byTag = Map.groupBy(
    rung.filter(({ tag, showsCaller }) => tag !== undefined && showsCaller),
    ({ tag }) => keyOf(tag ?? NOBODY),
  );
  const rungBy = (tag: Tag) => byTag.get(keyOf(tag)) ?? [];
  const first = rungFirst(evidence, (plan) => rungBy({ plan, mark: '' }));
  const isFirst = ({ id }: PhoneCall) => first.calls.has(id);
  const others: Others = { of: ({ tag }) => (tag ? rungBy(tag) : []), isFirst };
  const answers = new Map(rung.map((call) => [call, answerOf(evidence, others, call)]));
  const calledBy = (tag: Tag) => rungBy(tag).filter((call) => !isFirst(call));
  clearedByCaller(evidence, calledBy, answers);
  const picked = new Set(pickups.flatMap(({ tag }) => (tag ? [keyOf(tag)] : [])));
  const unclear = new Set(pickups.filter(({ tag }) => tag === undefined).map(({ plan }) => plan));
  return {
    evidence,
    rung,
    first,
    answer: (call) => answers.get(call) ?? 'no',
    isAsked: (call) => isAsked(evidence, others, call),
    rungBy,
    calledBy,
    wasPickedUp: (tag) => picked.has(keyOf(tag)),
    hasUnclearPickup: (plan) => unclear.has(plan),
  };
}

const NOBODY: Tag = { plan: 0, mark: '' };

/** A caller who was answered when the only phone answered was answered by that phone, however short they talked. */
function clearedByCaller(
  evidence: Evidence,
  calledBy: (tag: Tag) => readonly PhoneCall[],
  answers: Map<PhoneCall, Answer>,
): void {
  for (const { tag, dialled = '', answeredAt } of evidence.made) {
    if (tag === undefined || answeredAt === undefined || evidence.wasTransferred(tag)) continue;
    if (mayAnswerBeside(dialled) || (evidence.plan(tag)?.asked.length ?? 0) > 0) continue;
    const answered = calledBy(tag).filter(
      (call) => call.answeredAt !== undefined && !call.crossed && answers.get(call) !== 'no',
    );
    const [only, ...more] = answered;
    if (only === undefined || more.length > 0 || only.isPickup || answers.get(only) !== 'unclear') continue;
    if (Math.abs((only.answeredAt ?? 0) - answeredAt) < PASSED_ON_MS) answers.set(only, 'yes');
  }
}
