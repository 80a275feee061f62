import { tagShown } from '../plan/tag.ts';
import type { Evidence } from './evidence.ts';
import { type PhoneCall, shownToPicker } from './phone-call.ts';

const WITH_REPLACES_MS = 300;
const SHORT_MS = 700;
/** So soon the PBX, which may be busy, hangs up on one whose INVITE with Replaces came a moment too late. */
const TOO_LATE_MS = 100;

/** A pickup that ended so soon that it may have picked up nothing. */
export function isShortPickup({ isPickup, purpose, answeredAt = 0, endedAt = Infinity, endedBy }: PhoneCall): boolean {
  const lasted = endedAt - answeredAt;
  if (!isPickup) return false;
  return purpose === 'pickup' ? lasted < SHORT_MS : endedBy === 'the other side' && lasted < TOO_LATE_MS;
}

/** An INVITE with Replaces that came too late was an ordinary call: from here on it is seen as one. */
export function takeLateReplacesAsCalls(evidence: Evidence, rung: readonly PhoneCall[]): void {
  for (const call of evidence.calls) {
    if (call.purpose !== 'replaces') continue;
    // Transferred after its pickup, the picker is shown as well.
    const isShown = rung.some((one) => one.showsCaller && one.referredBy === '' && isSame(one.tag, call.tag));
    if ((isShown && !evidence.wasTransferred(call.tag)) || (call.answeredAt !== undefined && !tookIt(evidence, call))) {
      call.purpose = 'main';
      evidence.enter(call);
    }
  }
}

function tookIt(evidence: Evidence, { takes = '', answeredAt = 0 }: PhoneCall): boolean {
  const taken = evidence.call(takes);
  if (taken?.endedAt === undefined || taken.cancelledAt === undefined) return false;
  return Math.abs(taken.endedAt - answeredAt) < WITH_REPLACES_MS;
}

/** Each pickup that was answered, as if the phone had been rung then by the caller whose call it took. */
export function pickupsIn(evidence: Evidence): PhoneCall[] {
  return evidence.calls
    .filter(({ purpose, answeredAt }) => (purpose === 'pickup' || purpose === 'replaces') && answeredAt !== undefined)
    .map((call) => asRung(evidence, call));
}

function asRung(evidence: Evidence, call: PhoneCall): PhoneCall {
  const taken = call.purpose === 'replaces' ? evidence.call(call.takes ?? '') : undefined;
  const { name, number } = taken ?? shownToPicker(call);
  const { tag: _own, ...rest } = call;
  const tag = taken ? taken.tag : tagShown(name, number)?.tag;
  const caller = tag && evidence.caller(tag);
  return {
    ...rest,
    direction: 'in',
    at: call.answeredAt ?? call.at,
    name,
    number,
    ...(tag && { tag }),
    showsCaller: caller === undefined || caller.number === number,
    referredBy: '',
    isPickup: true,
  };
}

const isSame = (one: PhoneCall['tag'], other: PhoneCall['tag']) =>
  one !== undefined && one.plan === other?.plan && one.mark === other.mark;
