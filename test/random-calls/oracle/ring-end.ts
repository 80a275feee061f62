import { judgeHangupMoment } from './hangup-moment.ts';
import type { DialledLeg } from './legs.ts';
import type { PhoneCall } from './phone-call.ts';
import { isPickup, isSameTag, type Ring } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';
import { takesUnseen } from './unclear-rings.ts';

/** Durations are sent in whole seconds. */
const SECOND_MS = 1050;
/** Rung again so soon, the Hangup may be of either. */
const AT_ONCE_MS = 20;

/** How the leg of a ring ended: CallStatus, Answer-In, the times. */
export function judgeRingEnd(scene: Scene, ring: Ring, leg: DialledLeg, rings: readonly Ring[], tally: Tally): void {
  const { hangup } = leg;
  if (hangup === undefined) return;
  const moments = [ring.to, ...ring.calls.flatMap(({ answeredAt, endedAt }) => [answeredAt, endedAt])];
  if (moments.some((at) => scene.evidence.wasDownAt(at))) {
    tally.notJudged('ends while the service was down');
    return;
  }
  const about = { tag: ring.tag, leg };
  const { CallStatus } = hangup.params;
  // It may have joined this leg.
  const pickedUp = rings.some(
    (other) =>
      takesUnseen(other) && other.extension === ring.extension && other.from <= ring.to && other.to >= ring.from,
  );
  const status = pickedUp ? undefined : statusOf(scene, ring);
  if (status === undefined) tally.notJudged('CallStatus IN');
  else {
    const suffix = scene.evidence.wasTransferred(ring.tag) ? ' (transferred)' : '';
    const text = `came ${CallStatus}, the phones say ${status}: ${ring.calls.map(progress).join('; ')}`;
    tally.compare(`CallStatus IN${suffix}`, CallStatus === status, text, about);
    // A phone that was asked to accept may talk before the PBX says that it has.
    const isAnswered = (leg.answer !== undefined) === (CallStatus === 'ANSWER');
    const accepted = CallStatus === 'ANSWER' && ring.calls.some(scene.isAsked);
    const answers = `${leg.answer ? 'an' : 'no'} Answer-In, Hangup ${CallStatus}`;
    tally.compare('an Answer-In when answered', isAnswered || accepted, answers, about);
  }
  if (Number.isFinite(ring.to)) judgeTimes(scene, ring, leg, hangup, status, rings, tally);
}

/** Absent where the phones cannot say. */
function statusOf(scene: Scene, { calls }: Ring): 'ANSWER' | 'UNKNOWN' | undefined {
  const answers = calls.map(scene.answer);
  if (answers.includes('yes')) return 'ANSWER';
  return answers.includes('unclear') ? undefined : 'UNKNOWN';
}

function judgeTimes(
  { evidence }: Scene,
  ring: Ring,
  leg: DialledLeg,
  hangup: NonNullable<DialledLeg['hangup']>,
  status: 'ANSWER' | 'UNKNOWN' | undefined,
  rings: readonly Ring[],
  tally: Tally,
): void {
  // The PBX keeps a phone that is asked, or that has handed its party over, for as long as it likes.
  if ((evidence.plan(ring.tag)?.asked.length ?? 0) > 0 || ring.calls.some(hasLeft)) return;
  const about = { tag: ring.tag, leg };
  // The PBX was through with a phone that it had cancelled as that answered, whenever the phone noticed.
  const crossed = ring.calls.some((call) => call.crossed);
  if (!isPickup(ring) && !crossed && !evidence.wasTransferred(ring.tag)) {
    judgeDuration('Duration', hangup.params.Duration, ring.to - ring.from, tally, about);
    const [only, ...more] = ring.calls;
    if (status === 'ANSWER' && only?.confirmedAt !== undefined && more.length === 0)
      judgeDuration('TalkTime', hangup.params.TalkTime, ring.to - only.confirmedAt, tally, about);
  }
  const again = rings.some(
    (other) =>
      other !== ring &&
      other.extension === ring.extension &&
      isSameTag(other.tag, ring.tag) &&
      Math.abs(ring.to - other.from) < AT_ONCE_MS,
  );
  if (again || evidence.wasConsultedByPbx(ring.tag)) return;
  judgeHangupMoment('IN', { came: hangup.eventAt, ended: ring.to }, tally, about);
}

function judgeDuration(
  kind: string,
  came: string | undefined,
  wantedMs: number,
  tally: Tally,
  about: Parameters<Tally['compare']>[3],
): void {
  const text = `came ${came} s, the phone says ${(wantedMs / 1000).toFixed(1)} s`;
  tally.compare(kind, Math.abs(Number(came) * 1000 - wantedMs) <= SECOND_MS, text, about);
}

const hasLeft = ({ refersAt, handedOver }: PhoneCall) => refersAt.length > 0 || handedOver;

function progress({ phone, at, answeredAt, endedAt, endedBy, crossed }: PhoneCall): string {
  const since = (time: number | undefined) => (time === undefined ? 'never' : `after ${Math.round(time - at)} ms`);
  return `${phone} answers ${since(answeredAt)}, ends ${since(endedAt)} by ${endedBy}${crossed ? ', crossed' : ''}`;
}
