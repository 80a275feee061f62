import type { ActionName } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import type { PhoneCall } from './phone-call.ts';
import { isShortPickup } from './pickups.ts';

/** Whether a phone took part in a call: yes, no, or the phones cannot say. */
export type Answer = 'yes' | 'no' | 'unclear';

/** Another phone that answers within this time may have been the one that Asterisk chose; a busy machine needs it. */
const RACE_MS = 350;
/** A call that lasts so long was the chosen one. */
const LASTS_MS = 600;
const PICKUP_LASTS_MS = 120;

/** What Asterisk does with a phone's channel, and so takes it out of the question whether it accepts. */
const TAKES_AWAY: readonly ActionName[] = ['ami-hangup', 'ami-redirect', 'ami-redirect-both'];

/** Other rung phones of the same call. */
export interface Others {
  of(call: PhoneCall): readonly PhoneCall[];
  isFirst(call: PhoneCall): boolean;
}

/** Whether this phone is asked to accept the call by a digit: only the first time that it is rung. */
export function isAsked(evidence: Evidence, others: Others, call: PhoneCall): boolean {
  const asked = evidence.plan(call.tag)?.asked ?? [];
  if (call.isPickup || call.tag?.mark !== '' || !asked.includes(call.phone)) return false;
  return !others.of(call).some((other) => other.phone === call.phone && !others.isFirst(other) && other.at < call.at);
}

/**
 * Who picks up a click to call dials its number: whether its phones are asked, that plan says, which this one does not
 * show.
 */
function mayBeAskedForPicker(evidence: Evidence, { phone, tag }: PhoneCall): boolean {
  if (tag?.mark !== 'p') return false;
  return [...evidence.plans.values()].some(({ begins, asked }) => begins.how === 'originate' && asked.includes(phone));
}

export function answerOf(evidence: Evidence, others: Others, call: PhoneCall): Answer {
  if (call.answeredAt === undefined) return 'no';
  if (call.isPickup) return pickupAnswer(evidence, call);
  if (call.crossed) return 'no';
  if (call.confirmedAt === undefined) return 'unclear';
  if (isAsked(evidence, others, call)) return acceptance(evidence, call);
  if (mayBeAskedForPicker(evidence, call)) return 'unclear';
  if (wasBrief(call)) {
    const othersTalk = othersWon(evidence, others, call);
    if (call.endedBy === 'the other side') return othersTalk && !evidence.wasTransferred(call.tag) ? 'no' : 'unclear';
    // It hung up itself: before Asterisk had chosen another, or after it had been chosen.
    if (othersTalk) return 'unclear';
  }
  // Forwarded by another phone that was asked, it may or may not be asked as well.
  const wasForwarded = others.of(call).some(({ status }) => status === 302);
  return (evidence.plan(call.tag)?.asked.length ?? 0) > 0 && wasForwarded ? 'unclear' : 'yes';
}

function pickupAnswer(evidence: Evidence, call: PhoneCall): Answer {
  const { answeredAt = 0, endedAt = Number.POSITIVE_INFINITY } = call;
  const plan = evidence.plan(call.tag);
  // Follow-Me does not notice that one of its phones was picked up, and connects nobody.
  if (isShortPickup(call) || (plan?.asked.length ?? 0) > 0 || plan?.kind === 'follow-me') return 'unclear';
  return endedAt - answeredAt > PICKUP_LASTS_MS ? 'yes' : 'unclear';
}

/** The phone was asked "press 1": what it pressed decides, not that it was answered. */
function acceptance(evidence: Evidence, call: PhoneCall): Answer {
  const endedAt = call.endedAt ?? Number.POSITIVE_INFINITY;
  const pressedAt = call.digits.find(({ digit }) => digit === '1')?.at;
  if (pressedAt === undefined || pressedAt > endedAt) {
    // Gone from the question: which result the dial then has, if any, is Asterisk's choice.
    const actions = evidence.actionsOf(call.tag?.plan);
    return call.endedBy === 'itself' || actions.some(({ what }) => TAKES_AWAY.includes(what)) ? 'unclear' : 'no';
  }
  return endedAt - pressedAt > LASTS_MS && !evidence.wasTransferred(call.tag) ? 'yes' : 'unclear';
}

/** Asterisk hangs up so soon on a phone that has answered too late; its user may as well. */
export const wasBrief = ({ endedAt = Number.POSITIVE_INFINITY, confirmedAt = 0 }: PhoneCall): boolean =>
  endedAt - confirmedAt < RACE_MS;

/**
 * Another phone answered in the same moment, and talked. A pickup is no proof: whom it took the call from may have been
 * answered first.
 */
function othersWon(evidence: Evidence, others: Others, call: PhoneCall): boolean {
  return others.of(call).some(
    (other) =>
      other !== call &&
      // A click to call rings its first phone before all others.
      others.isFirst(other) === others.isFirst(call) &&
      !other.isPickup &&
      !isAsked(evidence, others, other) &&
      other.answeredAt !== undefined &&
      other.confirmedAt !== undefined &&
      !other.crossed &&
      Math.abs(other.answeredAt - (call.answeredAt ?? 0)) < RACE_MS &&
      (other.endedAt ?? Number.POSITIVE_INFINITY) - other.answeredAt > LASTS_MS,
  );
}
