import { tagShown } from '../plan/tag.ts';
import type { CallIds } from './call-ids.ts';
import type { DialledLeg } from './legs.ts';
import { joinPickups, matchRings } from './match.ts';
import { judgeCaller } from './ring-caller.ts';
import { judgeRingEnd } from './ring-end.ts';
import { type Ring, ringsOf } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';
import { mayBeJoined, mayBeTwo, whyUnclear } from './unclear-rings.ts';

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
  const judged = joinPickups(rings, matched);
  const byCall = Map.groupBy(legs, ({ callId }) => callId);
  for (const ring of judged) {
    const leg = matched.get(ring);
    const unclear = whyUnclear(scene, ring, leg, judged, matched);
    if (unclear !== undefined) {
      tally.notJudged(unclear);
      continue;
    }
    const about = { tag: ring.tag, ...(leg && { leg }) };
    tally.compare(
      `a Dial-In for a phone that is rung${scene.evidence.wasTransferred(ring.tag) ? ' (transferred)' : ''}`,
      leg !== undefined,
      story(scene, ring),
      about,
    );
    if (leg === undefined) continue;
    judgeCaller(scene, ring, leg, callIds, tally);
    const isTwo = byCall.get(leg.callId)?.some((other) => other !== leg && mayBeTwo(ring, other));
    if (isTwo || mayBeJoined(ring, judged, matched)) tally.notJudged('phones rung again at once');
    else judgeRingEnd(scene, ring, leg, judged, tally);
  }
  judgeOthers(scene, legs, matched, tally);
  return matched;
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

function tagIn({ dial }: DialledLeg) {
  const { CallerIDNam = '', CallerIDNum = '' } = dial.params;
  return tagShown(CallerIDNam, CallerIDNum)?.tag;
}

/** What the phones saw, in one line. */
function story(scene: Scene, ring: Ring): string {
  const phones = ring.calls.map((call) => `${call.phone}${call.isPickup ? ' (picks up)' : ''} ${scene.answer(call)}`);
  return `${ring.extension} was rung by "${ring.name}" <${ring.number}>: ${phones.join(', ')}`;
}
