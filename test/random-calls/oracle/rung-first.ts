import type { CallPlan } from '../plan/plan.ts';
import { wasBrief } from './answers.ts';
import type { Evidence } from './evidence.ts';
import type { PhoneCall } from './phone-call.ts';

/** Asterisk dials the second number so soon after the ACK. */
const DIALS_MS = 30;

/** The calls by which clicks to call ring their first phones, and which of them was answered, by plan. */
export interface RungFirst {
  calls: Set<string>;
  answered: Map<number, PhoneCall>;
}

/** @param byTag rung phones that show their caller */
export function rungFirst(evidence: Evidence, rungBy: (plan: number) => readonly PhoneCall[]): RungFirst {
  const found: RungFirst = { calls: new Set(), answered: new Map() };
  for (const { index, begins } of evidence.plans.values()) {
    if (begins.how !== 'originate') continue;
    const own = firstOf(begins, rungBy(index));
    for (const { id } of own) found.calls.add(id);
    const answers = own
      .filter(isTaken)
      .sort((one, other) => (one.answeredAt ?? 0) - (other.answeredAt ?? 0) || one.at - other.at);
    // Of two that answer at once Asterisk hangs up on one.
    const chosen = answers.find((call) => call.endedBy !== 'the other side' || !wasBrief(call)) ?? answers[0];
    if (chosen) found.answered.set(index, chosen);
  }
  return found;
}

function firstOf(
  { channel, extension }: Extract<CallPlan['begins'], { how: 'originate' }>,
  rung: readonly PhoneCall[],
): PhoneCall[] {
  const own = rung
    .filter((call) => call.extension === extension && !call.isPickup && call.referredBy === '')
    .sort((one, other) => one.at - other.at);
  const first = channel.startsWith('Local/') ? own : own.slice(0, 1);
  const goesOnAt = Math.min(...own.filter(isTaken).map(({ confirmedAt = 0 }) => confirmedAt + DIALS_MS));
  return first.filter(
    (call) => call.at < goesOnAt - 1 && !first.some(({ phone, at }) => phone === call.phone && at < call.at),
  );
}

const isTaken = ({ answeredAt, confirmedAt, crossed }: PhoneCall) =>
  answeredAt !== undefined && confirmedAt !== undefined && !crossed;
