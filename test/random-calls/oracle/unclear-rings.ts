import type { ActionName } from '../plan/plan.ts';
import { tagShown } from '../plan/tag.ts';
import type { Evidence } from './evidence.ts';
import type { DialledLeg } from './legs.ts';
import type { PhoneCall } from './phone-call.ts';
import { isShortPickup } from './pickups.ts';
import { isPickup, isSameTag, type Ring } from './rings.ts';
import type { Scene } from './scene.ts';

/** Rung again so soon after the last hang-up, which a busy PBX sees late, it may be one leg or two. */
const AT_ONCE_MS = 120;
const NEAR_MS = 200;
/** So long a consultation by feature code rings before the PBX calls the transferrer back. */
const RECALL_MS = 10_000;

/** What sends a phone on of which the phone itself shows nothing. */
const REDIRECTS: readonly ActionName[] = ['ami-redirect', 'ami-redirect-both'];

/** Why the phones cannot say whether there is a leg, or whose; absent where they can. */
export function whyUnclear(
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
  if (takesUnseen(ring)) return 'pickups that do not show whose call they took';
  const own = rings.filter(({ extension }) => extension === ring.extension).filter((other) => other !== ring);
  const earlier = own.filter(({ from, tag: other }) => from < ring.from && (!tag || other?.plan === tag.plan));
  const stillIn = earlier.some((other) => matched.has(other) && other.calls.some((call) => endOf(call) > ring.from));
  const isSentBack = evidence
    .actionsOf(tag?.plan)
    .some(({ what, to }) => REDIRECTS.includes(what) && to === ring.extension);
  if (stillIn && (!ring.showsCaller || isSentBack || earlier.some(hasTransferred)))
    return 'phones transferred to themselves';
  if (originated && tag && rungBy(tag).some(({ id, status }) => first.calls.has(id) && status === 302))
    return 'clicks to call whose first phone forwards';
  const isTransferrer = tag ? evidence.wasConsultedByPbx(tag) && earlier.length > 0 : mayBeTransferrer(evidence, ring);
  if (isTransferrer) return 'transferrers that are rung again';
  if (originated && isPickup(ring)) return 'pickups of a click to call';
  if (own.some((other) => matched.has(other) && isAgain(other, ring))) return 'phones rung again at once';
  if (ring.calls.some(isShortPickup)) return 'pickups that were hung up at once';
  return undefined;
}

/** Whether a ring without a leg of its own may have joined the leg of this one. */
export const mayBeJoined = (ring: Ring, rings: readonly Ring[], matched: ReadonlyMap<Ring, DialledLeg>): boolean =>
  rings.some((other) => other.extension === ring.extension && !matched.has(other) && isAgain(ring, other));

/** The same extension is rung in the same call as soon as it was rung no more. */
const isAgain = (ring: Ring, next: Ring): boolean =>
  isSameTag(ring.tag, next.tag) && Math.abs(ring.to - next.from) < AT_ONCE_MS;

/** A pickup of which no phone shows whose call it took. */
export const takesUnseen = (ring: Ring): boolean => isPickup(ring) && ring.tag === undefined;

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

/**
 * The PBX rings a phone without any name: it may have consulted by feature code just before, and nobody has answered
 * that.
 */
function mayBeTransferrer(evidence: Evidence, { extension, from }: Ring): boolean {
  return evidence.calls.some(
    (call) =>
      call.extension === extension &&
      call.at < from &&
      from - (call.endedAt ?? from) < RECALL_MS &&
      call.tag !== undefined &&
      evidence.wasConsultedByPbx(call.tag),
  );
}

const hasTransferred = ({ calls }: Ring): boolean => calls.some(({ refersAt }) => refersAt.length > 0);

const endOf = ({ endedAt = Number.POSITIVE_INFINITY }: PhoneCall) => endedAt;

/** The last phone that rang stopped in the moment in which the next began: one leg or two. */
export function mayBeTwo({ extension, calls }: Ring, leg: DialledLeg): boolean {
  if (extension !== leg.extension) return false;
  return calls.some(
    (call) =>
      Math.abs(call.at - leg.dial.eventAt) < NEAR_MS &&
      calls.some((other) => other !== call && Math.abs(endOf(other) - call.at) < AT_ONCE_MS),
  );
}
