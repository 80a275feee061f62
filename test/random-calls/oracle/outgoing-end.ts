import { didOf } from '../cast.ts';
import { answersFirst, ringsNobody } from './dialplan.ts';
import { judgeHangupMoment } from './hangup-moment.ts';
import { isNumberHidden } from './hidden-number.ts';
import type { DialledLeg } from './legs.ts';
import type { Outgoing } from './outgoing.ts';
import { type PhoneCall, wasCancelled } from './phone-call.ts';
import { isSameTag } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';

/** Rung within this time after the caller's end, or answered, a phone was of its call. */
const RUNG_LATE_MS = 50;
const ANSWERED_LATE_MS = 5;
/** A busy PBX may take so long to see that the caller has cancelled. */
const CANCEL_SEEN_MS = 50;
/** Answered so near to the moment in which it was transferred or handed over, it was answered before or after that. */
const TRANSFERRED_MS = 120;

/** How the leg of an outgoing call ended: CallStatus, Answer-Out, who answered last, the moment. */
export function judgeOutgoingEnd(scene: Scene, made: Outgoing, leg: DialledLeg, tally: Tally): void {
  const { evidence } = scene;
  const { tag, call, dialled } = made;
  const { hangup } = leg;
  if (hangup === undefined) return;
  const about = { tag, leg };
  const transferred = evidence.wasTransferred(tag);
  const suffix = transferred ? ' (transferred)' : '';
  const answered = scene
    .calledBy(tag)
    .filter(({ answeredAt = Number.POSITIVE_INFINITY }) => answeredAt < made.to + ANSWERED_LATE_MS);
  const moments = [made.to, ...scene.calledBy(tag).flatMap(({ answeredAt, endedAt }) => [answeredAt, endedAt])];
  if (moments.some((at) => evidence.wasDownAt(at))) {
    tally.notJudged('ends while the service was down');
    return;
  }
  const { CallStatus } = hangup.params;
  const status = statusOf(scene, made, answered);
  if (status === undefined) tally.notJudged('CallStatus OUT');
  else {
    const text = `came ${CallStatus}, the phones say ${status}: ${answered.map((one) => `${one.phone} ${scene.answer(one)}`).join(', ') || 'nobody answered'}`;
    tally.compare(`CallStatus OUT${suffix}`, CallStatus === status, text, about);
    const person = made.purpose === 'fetch' || answered.some((one) => scene.answer(one) === 'yes');
    if (!transferred && !ringsNobody(dialled)) {
      const wanted = status === 'ANSWER' && person;
      const answers = `${leg.answer ? 'an' : 'no'} Answer-Out, ${person ? 'a person' : 'nobody'} answered`;
      tally.compare('an Answer-Out when a person answers', (leg.answer !== undefined) === wanted, answers, about);
    }
  }
  if (!transferred) judgeWho(scene, made, answered, hangup.params, tally, leg);
  const mayStay = call.refersAt.length > 0 || call.handedOver || evidence.wasConsultedByPbx(tag);
  const isAsked = (evidence.plan(tag)?.asked.length ?? 0) > 0;
  if (mayStay || isAsked || !Number.isFinite(made.to)) return;
  judgeHangupMoment('OUT', { came: hangup.eventAt, ended: made.to }, tally, about);
}

/** Absent where the phones cannot say. */
function statusOf(
  scene: Scene,
  { tag, purpose, call, to, dialled }: Outgoing,
  answered: readonly PhoneCall[],
): 'ANSWER' | 'UNKNOWN' | undefined {
  const { evidence } = scene;
  if (purpose === 'fetch') return call.answeredAt === undefined ? 'UNKNOWN' : 'ANSWER';
  const called = scene.calledBy(tag);
  const isClick = purpose === 'click' || purpose === 'click to application';
  if (isClick && called.some(({ isPickup }) => isPickup)) return undefined;
  // It hung up before the second number was dialled: its leg may have ended before that, or after.
  if (isClick && called.length > 0 && called.every(({ at }) => at > to)) return undefined;
  if (
    wasCancelled(call) &&
    called.some(({ confirmedAt = 0, answeredAt = 0 }) => confirmedAt > to && answeredAt < to + CANCEL_SEEN_MS)
  )
    return undefined;
  const wasTransferred = call.handedOver || call.refersAt.length > 0;
  if (wasTransferred && answered.some(({ answeredAt = 0 }) => Math.abs(answeredAt - to) < TRANSFERRED_MS))
    return undefined;
  const answers = answered.map(scene.answer);
  if (answers.includes('yes')) return 'ANSWER';
  // A transfer that it made may have failed, or found somebody.
  if (answers.includes('unclear') || call.refersAt.length > 0) return undefined;
  const isRung =
    called.some(({ at }) => at < to + RUNG_LATE_MS) ||
    scene.rung.some((one) => !one.showsCaller && isSameTag(one.tag, tag));
  // What a busy PBX rings after the caller's end it may have dialled before that.
  if (!isRung && (call.answeredAt !== undefined || isClick)) return called.length > 0 ? undefined : 'ANSWER';
  if (!isRung && wasCancelled(call) && answersFirst(dialled)) return undefined;
  return evidence.wasTransferred(tag) && call.answeredAt !== undefined ? undefined : 'UNKNOWN';
}

/** CalledExtension of the Hangup is who answered last; the extension dialled where nobody did. */
function judgeWho(
  scene: Scene,
  { tag, calledExtension }: Outgoing,
  answered: readonly PhoneCall[],
  { CallStatus, CalledExtension, CalledDID }: Record<string, string>,
  tally: Tally,
  leg: DialledLeg,
): void {
  const about = { tag, leg };
  const answers = answered.map(scene.answer);
  if (CallStatus === 'ANSWER') {
    const persons = answered.filter((one) => scene.answer(one) === 'yes');
    const last = persons.toSorted((one, other) => (other.answeredAt ?? 0) - (one.answeredAt ?? 0))[0];
    if (last === undefined || answers.includes('unclear')) return;
    tally.equal('CalledExtension OUT at the Hangup', CalledExtension, last.extension ?? calledExtension, about);
    tally.equal('CalledDID OUT at the Hangup', CalledDID, didOf(CalledExtension), about);
  } else if (!isNumberHidden(scene, tag, leg.dial.params.CalledNumber))
    tally.equal('CalledExtension OUT at the Hangup', CalledExtension, calledExtension, about);
}
