import type { DialledLeg } from './legs.ts';
import { overAt, type PhoneCall } from './phone-call.ts';
import { isPickup, isSameTag, type Ring } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';

/** What ends and what begins within this time may have been the other way round for Asterisk. */
const NEAR_MS = 200;

/**
 * Who missed what where somebody was transferred, parked or redirected. Who the caller is then, the phones do not
 * always show; two things are sure. A ring after which nobody in the plan answered was missed. A ring of a caller whom
 * somebody answered after that, shown as the same caller, was not.
 * @param rung every ring with its leg
 */
export function judgeMissedOfTransfers(scene: Scene, rung: ReadonlyMap<Ring, DialledLeg>, tally: Tally): void {
  const rings = [...rung.keys()];
  for (const [ring, leg] of rung) {
    const { evidence } = scene;
    if (ring.tag === undefined || !evidence.wasTransferred(ring.tag) || isPickup(ring)) continue;
    // A phone of another plan may pick up in this one.
    const callers = [...evidence.calls, ...scene.rung.filter((call) => call.isPickup)].filter(
      (call) => planOf(call) === undefined || planOf(call) === ring.tag?.plan,
    );
    const end = Math.max(...callers.map(overAt).filter(Number.isFinite));
    if (scene.hasUnclearPickup(ring.tag.plan) || evidence.touchesGap(ring.from, end)) continue;
    if (scene.rung.some((call) => takesUnseen(call) && isNear(call.answeredAt, ring))) continue;
    const about = { tag: ring.tag, leg };
    const count = leg.missed.length;
    if (wasMissed(scene, ring, leg, callers, rings, rung))
      tally.compare('Missed (transferred)', count === 1, `${leg.id} has ${count} Missed, not 1`, about);
    else if (wasAnsweredAfter(scene, ring, rings))
      tally.compare('Missed (transferred, answered)', count === 0, `${leg.id} has ${count} Missed, not 0`, about);
    else tally.notJudged('Missed in a transferred call');
  }
}

/** A pickup of which no phone shows whose call it took. */
const takesUnseen = ({ isPickup: picksUp, tag }: PhoneCall): boolean => picksUp && tag === undefined;

const isNear = (at = 0, { from, to }: Ring): boolean => at >= from - NEAR_MS && at <= to + NEAR_MS;

const planOf = ({ tag, plan }: PhoneCall): number | undefined => tag?.plan ?? plan;

/** Nobody has answered anything since, and its extension has no other part in the plan. */
function wasMissed(
  { evidence }: Scene,
  ring: Ring,
  leg: DialledLeg,
  callers: readonly PhoneCall[],
  rings: readonly Ring[],
  rung: ReadonlyMap<Ring, DialledLeg>,
): boolean {
  const isLast = !rings.some((other) => {
    const own = rung.get(other);
    return other !== ring && own?.callId === leg.callId && own.extension === leg.extension && other.from >= ring.from;
  });
  if (!isLast || ring.calls.some(({ answeredAt }) => answeredAt !== undefined)) return false;
  const main = ring.tag && evidence.madeBy({ plan: ring.tag.plan, mark: '' });
  const others = callers.filter((call) => !ring.calls.includes(call));
  if (
    others.some(
      ({ extension, answeredAt, direction }) =>
        extension === leg.extension && (direction === 'out' || answeredAt !== undefined),
    )
  )
    return false;
  return !others.some((call) => call !== main && (call.answeredAt ?? 0) >= ring.from - NEAR_MS);
}

/**
 * It was answered itself; or somebody answered the caller that it shows, on a ring that shows him too, while it rang or
 * later.
 */
function wasAnsweredAfter(scene: Scene, ring: Ring, rings: readonly Ring[]): boolean {
  if (ring.calls.some((call) => scene.answer(call) === 'yes')) return true;
  if (!ring.showsCaller) return false;
  return rings.some(
    (other) =>
      other !== ring &&
      other.showsCaller &&
      isSameTag(other.tag, ring.tag) &&
      other.number === ring.number &&
      other.calls.some((call) => (call.answeredAt ?? 0) > ring.from && scene.answer(call) === 'yes'),
  );
}
