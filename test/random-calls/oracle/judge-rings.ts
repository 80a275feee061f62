import { didOf, isExtension } from '../cast.ts';
import { tagShown } from '../plan/tag.ts';
import type { CallIds } from './call-ids.ts';
import type { Evidence } from './evidence.ts';
import { isNumberHidden } from './hidden-number.ts';
import type { DialledLeg } from './legs.ts';
import { matchRings } from './match.ts';
import { unescaped } from './names.ts';
import type { PhoneCall } from './phone-call.ts';
import { isShortPickup } from './pickups.ts';
import { judgeRingEnd } from './ring-end.ts';
import { isPickup, isSameTag, type Ring, ringsOf } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';

/** Rung again so soon after the last hang-up, it may be one leg or two. */
const AT_ONCE_MS = 20;
const NEAR_MS = 200;
/** A pickup may reach the phone so late. */
const JOINS_MS = 100;

/**
 * Every time an extension is rung there is one IN leg, with the values that its phone shows; and no other IN leg.
 * @returns the rings with their legs
 */
export function judgeRings(
  scene: Scene,
  legs: readonly DialledLeg[],
  callIds: CallIds,
  tally: Tally,
): Map<Ring, DialledLeg> {
  const rings = ringsOf(scene);
  const matched = matchRings(rings, legs);
  const judged = rings.filter((ring) => matched.has(ring) || !joinsAnother(ring, rings, matched));
  for (const ring of judged) {
    const leg = matched.get(ring);
    const unclear = whyUnclear(scene, ring, leg, judged, matched);
    if (unclear !== undefined) {
      tally.notJudged(unclear);
      continue;
    }
    const about = { tag: ring.tag, ...(leg && { leg }) };
    tally.compare(
      `a Dial-In for a phone that is rung${after(scene, ring)}`,
      leg !== undefined,
      story(scene, ring),
      about,
    );
    if (leg === undefined) continue;
    judgeCaller(scene, ring, leg, callIds, tally);
    if (legs.some((other) => other !== leg && other.callId === leg.callId && mayBeTwo(ring, other)))
      tally.notJudged('phones rung again at once');
    else judgeRingEnd(scene, ring, leg, judged, tally);
  }
  judgeOthers(scene, legs, matched, tally);
  return matched;
}

export const after = ({ evidence }: Scene, { tag }: Pick<Ring, 'tag'>): string =>
  evidence.wasTransferred(tag) ? ' (transferred)' : '';

/** A pickup by one's own other phone is in the leg that is open already. */
function joinsAnother(ring: Ring, rings: readonly Ring[], matched: ReadonlyMap<Ring, DialledLeg>): boolean {
  const [call] = ring.calls;
  if (call?.isPickup !== true) return false;
  const joined = rings.find(
    (other) =>
      other !== ring &&
      matched.has(other) &&
      other.extension === ring.extension &&
      isSameTag(other.tag, ring.tag) &&
      other.from <= ring.to &&
      ring.from <= other.to + JOINS_MS,
  );
  if (joined === undefined) return false;
  joined.calls.push(call);
  joined.to = Math.max(joined.to, ring.to);
  return true;
}

/** Why the phones cannot say whether there is a leg, or whose; absent where they can. */
function whyUnclear(
  { evidence, first, rungBy }: Scene,
  ring: Ring,
  leg: DialledLeg | undefined,
  rings: readonly Ring[],
  matched: ReadonlyMap<Ring, DialledLeg>,
): string | undefined {
  const { tag } = ring;
  // Of a caller that it has not seen call it may not know all.
  if ([ring.from, callerAt(evidence, ring)].some((at) => evidence.wasDownAt(at)))
    return 'phones rung while the service was down';
  if (ring.calls.some((call) => isOfTwoPlans(call))) return 'transfers between two plans';
  const originated = evidence.originated(tag);
  if (originated && isPickup(ring) && tag && !first.answered.has(tag.plan)) return 'pickups of a click to call';
  if (leg !== undefined) return undefined;
  const own = rings.filter(({ extension }) => extension === ring.extension).filter((other) => other !== ring);
  const earlier = own.filter(({ from, tag: other }) => from < ring.from && (!tag || other?.plan === tag.plan));
  const stillIn = earlier.some((other) => matched.has(other) && other.calls.some((call) => endOf(call) > ring.from));
  if (!ring.showsCaller && stillIn) return 'phones transferred to themselves';
  if (originated && tag && rungBy(tag).some(({ id, status }) => first.calls.has(id) && status === 302))
    return 'clicks to call whose first phone forwards';
  if (evidence.wasConsultedByPbx(tag) && earlier.length > 0) return 'transferrers that are rung again';
  if (originated && isPickup(ring)) return 'pickups of a click to call';
  const justEnded = own.some(
    (other) => matched.has(other) && isSameTag(other.tag, tag) && Math.abs(other.to - ring.from) < AT_ONCE_MS,
  );
  if (justEnded) return 'phones rung again at once';
  if (ring.calls.some(isShortPickup)) return 'pickups that were hung up at once';
  return undefined;
}

/** One plan's party is transferred in another's call, as an agent that waits on the phone is. */
function isOfTwoPlans({ tag, referredBy }: PhoneCall): boolean {
  const transferrer = tagShown('', '', referredBy);
  return transferrer !== undefined && transferrer.tag.plan !== tag?.plan;
}

/** When the caller of a ring began to call. */
function callerAt(evidence: Evidence, { tag }: Ring): number | undefined {
  if (tag === undefined) return undefined;
  return evidence.madeBy(tag)?.at ?? evidence.calls.find((call) => call.tag?.plan === tag.plan)?.at;
}

const endOf = ({ endedAt = Number.POSITIVE_INFINITY }: PhoneCall) => endedAt;

/** Who calls, and what was dialled. */
function judgeCaller(scene: Scene, ring: Ring, leg: DialledLeg, callIds: CallIds, tally: Tally): void {
  const { evidence } = scene;
  const { tag, extension } = ring;
  const { params } = leg.dial;
  const about = { tag, leg };
  const suffix = after(scene, ring);
  tally.equal('CallerIDNum IN', params.CallerIDNum ?? '', ring.number, about);
  judgeName('CallerIDNam IN', params.CallerIDNam ?? '', ring.name, tally, about);
  tally.equal('CalledExtension IN', params.CalledExtension, extension, about);
  const caller = tag && evidence.caller(tag);
  const numbers = new Set(evidence.actionsOf(tag?.plan).map(({ to }) => to));
  if (tag && ring.showsCaller && (tag.mark !== 'p' || caller)) {
    callIds.add(tag, leg.callId);
    tally.equal(`CallerExtension IN${suffix}`, params.CallerExtension, caller?.extension, about);
    const consulted = evidence.wasConsultedByPbx(tag) && numbers.has(params.CalledNumber ?? '');
    if (!consulted && !isNumberHidden(scene, tag, params.CalledNumber))
      tally.equal(`CalledNumber IN${suffix}`, params.CalledNumber, caller?.dialled, about);
    const did = evidence.madeBy(tag) && caller?.extension === undefined ? caller?.dialled : didOf(extension);
    tally.equal(`CalledDID IN${suffix}`, params.CalledDID, did, about);
  } else if (tag && tag.mark !== 'p' && !isPickup(ring)) {
    const parked = evidence.actionsOf(tag.plan).some(({ what }) => what === 'park' || what === 'code-park');
    const isNumber = params.CalledNumber === undefined ? parked : numbers.has(params.CalledNumber);
    const text = `came ${params.CalledNumber ?? 'nothing'}, transfers went to ${[...numbers].join(', ')}`;
    tally.compare('CalledNumber IN of a transferred party', isNumber, text, about);
    tally.equal('CalledDID IN of a transferred party', params.CalledDID, didOf(extension), about);
  }
  if (!ring.showsCaller && isExtension(ring.number))
    tally.equal('CallerExtension IN of a transferred party', params.CallerExtension, ring.number, about);
}

export function judgeName(
  kind: string,
  came: string,
  wanted: string,
  tally: Tally,
  about: Parameters<Tally['equal']>[3],
) {
  const isEscaped = came !== wanted && (unescaped(came) === wanted || unescaped(unescaped(came)) === wanted);
  tally.equal(isEscaped ? `${kind}, escaped` : kind, came, wanted, about);
}

function judgeOthers(
  { evidence }: Scene,
  legs: readonly DialledLeg[],
  matched: ReadonlyMap<Ring, DialledLeg>,
  tally: Tally,
): void {
  const known = new Set(matched.values());
  for (const leg of legs) {
    if (leg.flow === 'OUT' || known.has(leg)) continue;
    const { dial, hangup } = leg;
    if ([...matched].some(([ring, own]) => own.callId === leg.callId && mayBeTwo(ring, leg))) {
      tally.notJudged('phones rung again at once');
      continue;
    }
    if (evidence.touchesGap(dial.eventAt, hangup?.eventAt ?? dial.eventAt)) {
      tally.notJudged('legs while the service was down');
      continue;
    }
    const { CallerIDNam = '', CallerIDNum = '' } = dial.params;
    const text = `${leg.id} shows ${CallerIDNam} <${CallerIDNum}>, ended ${hangup?.params.CallStatus} by ${hangup?.params.HangupCause}`;
    tally.compare('a Dial-In that no phone saw', false, text, { leg, tag: tagIn(leg) });
  }
}

/** The last phone that rang stopped in the moment in which the next began: one leg or two. */
function mayBeTwo({ extension, calls }: Ring, leg: DialledLeg): boolean {
  if (extension !== leg.extension) return false;
  return calls.some(
    (call) =>
      Math.abs(call.at - leg.dial.eventAt) < NEAR_MS &&
      calls.some((other) => other !== call && Math.abs(endOf(other) - call.at) < AT_ONCE_MS),
  );
}

function tagIn({ dial }: DialledLeg) {
  const { CallerIDNam = '', CallerIDNum = '' } = dial.params;
  return tagShown(CallerIDNam, CallerIDNum)?.tag;
}

/** What the phones saw, in one line. */
function story(scene: Scene, ring: Ring): string {
  const phones = ring.calls.map((call) => `${call.phone}${call.isPickup ? ' (picks up)' : ''} ${scene.answer(call)}`);
  return `${ring.extension} was rung by "${ring.name}" <${ring.number}>: ${phones.join(', ')}`;
}
