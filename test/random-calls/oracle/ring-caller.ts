import { didOf, isExtension } from '../cast.ts';
import { type Tag, TRANSFERS } from '../plan/plan.ts';
import type { CallIds } from './call-ids.ts';
import { isQueue } from './dialplan.ts';
import { isNumberHidden } from './hidden-number.ts';
import type { DialledLeg } from './legs.ts';
import { unescaped } from './names.ts';
import type { PhoneCall } from './phone-call.ts';
import { isPickup, type Ring } from './rings.ts';
import type { Scene } from './scene.ts';
import type { About, Tally } from './tally.ts';

/** Who calls, and what was dialled. */
export function judgeCaller(scene: Scene, ring: Ring, leg: DialledLeg, callIds: CallIds, tally: Tally): void {
  const { evidence } = scene;
  const { tag, extension } = ring;
  const { params } = leg.dial;
  const about = { tag, leg };
  const suffix = evidence.wasTransferred(tag) ? ' (transferred)' : '';
  // An IVR shows the place in its dialplan, which is no number: what goes out instead the phones do not show.
  if (ring.number === 's') tally.notJudged('CallerIDNum of a caller who shows s');
  else tally.equal('CallerIDNum IN', params.CallerIDNum ?? '', ring.number, about);
  judgeName('CallerIDNam IN', params.CallerIDNam ?? '', ring.name, tally, about);
  tally.equal('CalledExtension IN', params.CalledExtension, extension, about);
  const caller = tag && evidence.caller(tag);
  const numbers = new Set(evidence.actionsOf(tag?.plan).map(({ to }) => to));
  if (ring.showsCaller && params.CallerExtension !== caller?.extension && mayBeAgent(scene, ring))
    tally.notJudged('agents that show the number of a click to call');
  else if (tag && ring.showsCaller && (tag.mark !== 'p' || caller)) {
    callIds.add(tag, leg.callId);
    tally.equal(`CallerExtension IN${suffix}`, params.CallerExtension, caller?.extension, about);
    const mayBeTransferred = evidence.wasConsultedByPbx(tag) || mayBeCalledBySelf(scene, ring, tag);
    const isTransfers = mayBeTransferred && numbers.has(params.CalledNumber ?? '');
    if (!isTransfers && !isNumberHidden(scene, tag, params.CalledNumber))
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
  if (!ring.showsCaller && isExtension(ring.number)) {
    if (params.CallerExtension === undefined && mayBeNobody(scene, ring))
      tally.notJudged('who calls behind a consultation that was transferred itself');
    else tally.equal('CallerExtension IN of a transferred party', params.CallerExtension, ring.number, about);
  }
}

/**
 * Whether the PBX may have rung a phone for nobody: a consultation by feature code with a queue or an IVR was
 * transferred on, and what the phone shows is left from who was rung there before. Where it shows no name that can be
 * any call of that time.
 */
function mayBeNobody({ evidence }: Scene, { tag, from }: Ring): boolean {
  const isThen = (call: PhoneCall) => call.at <= from && (call.endedAt ?? from) >= from;
  const tags = tag ? [tag] : evidence.made.filter(isThen).flatMap((call) => call.tag ?? []);
  return tags.some((one) => {
    const transfers = evidence.actionsOf(one.plan).filter(({ what }) => TRANSFERS.includes(what));
    return evidence.wasConsultedByPbx(one) && transfers.length > 1;
  });
}

/**
 * Whether the caller may be an agent: a queue that a click to call dials makes the agents' phones with the caller's own
 * number, and one of which the caller is transferred away goes on to show that.
 */
function mayBeAgent({ evidence }: Scene, { tag }: Ring): boolean {
  const isByCaller = evidence
    .actionsOf(tag?.plan)
    .some(({ side, what }) => side === 'caller' && TRANSFERS.includes(what));
  return isByCaller && isQueue(evidence.originated(tag)?.number ?? '');
}

/**
 * Whether a phone of the caller's own extension has answered his call: transferred on, it shows the same number as he
 * does.
 */
function mayBeCalledBySelf({ evidence, calledBy }: Scene, { from }: Ring, tag: Tag): boolean {
  const caller = evidence.caller(tag)?.extension;
  return calledBy(tag).some(
    ({ extension, answeredAt }) => extension === caller && answeredAt !== undefined && answeredAt < from,
  );
}

/** Compares a name; one that is only escaped is a kind of its own. */
export function judgeName(kind: string, came: string, wanted: string, tally: Tally, about: About) {
  const isEscaped = came !== wanted && (unescaped(came) === wanted || unescaped(unescaped(came)) === wanted);
  tally.equal(isEscaped ? `${kind}, escaped` : kind, came, wanted, about);
}
