import { didOf } from '../cast.ts';
import { keyOf, type Tag } from '../plan/plan.ts';
import { tagShown } from '../plan/tag.ts';
import type { CallIds } from './call-ids.ts';
import { answersFirst, ringsThroughLocal } from './dialplan.ts';
import { isNumberHidden } from './hidden-number.ts';
import type { DialledLeg } from './legs.ts';
import { type Outgoing, outgoingOf } from './outgoing.ts';
import { judgeOutgoingEnd } from './outgoing-end.ts';
import { wasCancelled } from './phone-call.ts';
import { judgeName } from './ring-caller.ts';
import { isSameTag, type Ring } from './rings.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';

/**
 * Every call that an extension makes, and that goes anywhere, has one OUT leg with its values; and there is no other.
 * @param rung the rings with their legs
 */
export function judgeOutgoing(
  scene: Scene,
  legs: readonly DialledLeg[],
  rung: ReadonlyMap<Ring, DialledLeg>,
  callIds: CallIds,
  tally: Tally,
): void {
  const byCall = Map.groupBy(
    legs.filter(({ flow }) => flow === 'OUT'),
    (leg) => `${leg.extension} ${callOf(leg)}`,
  );
  const known = new Set<DialledLeg>();
  const allMade = Map.groupBy(outgoingOf(scene), ({ extension, tag }) => `${extension} ${keyOf(tag)}`);
  for (const [key, twins] of allMade)
    for (const made of twins) judgeMade(made, legOf(twins.indexOf(made), twins.length, byCall.get(key) ?? []));
  for (const leg of legs) if (leg.flow === 'OUT' && !known.has(leg)) judgeUnknown(scene, leg, tally);

  function judgeMade(made: Outgoing, own: readonly DialledLeg[]): void {
    for (const leg of own) known.add(leg);
    if (isMadeUnseen(scene, made)) {
      tally.notJudged('calls made while the service was down');
      return;
    }
    judgeOne(scene, made, own, rung, callIds, tally);
  }
}

/**
 * The leg of one of several calls that a phone makes by the same name, in their order; all, where there is only one
 * such call.
 */
function legOf(index: number, twins: number, legs: readonly DialledLeg[]): readonly DialledLeg[] {
  if (twins === 1) return legs;
  const inOrder = legs.toSorted((one, other) => one.dial.eventAt - other.dial.eventAt);
  return index === twins - 1 ? inOrder.slice(index) : inOrder.slice(index, index + 1);
}

/** It was made, or went somewhere, while the service was down. */
function isMadeUnseen(scene: Scene, { tag, from, call }: Outgoing): boolean {
  const rung = scene.calledBy(tag).map(({ at }) => at);
  if ([from, call.at, ...rung].some((at) => scene.evidence.wasDownAt(at))) return true;
  // Where an application answers, the service waits for what comes next, and forgets that when it is killed.
  const { answeredAt = from } = call;
  return scene.evidence.touchesGap(answeredAt, answeredAt + (rung.length === 0 ? APPLICATION_MS : 0));
}

const APPLICATION_MS = 1000;

const callOf = ({ dial }: DialledLeg) => {
  const shown = tagShown(dial.params.CallerIDNam ?? '', '');
  return shown ? keyOf(shown.tag) : '';
};

function judgeOne(
  scene: Scene,
  made: Outgoing,
  own: readonly DialledLeg[],
  rung: ReadonlyMap<Ring, DialledLeg>,
  callIds: CallIds,
  tally: Tally,
): void {
  const { tag } = made;
  const [leg] = own;
  const about = { tag, ...(leg && { leg }) };
  const went = wentAnywhere(scene, made, leg);
  const text = `${made.call.phone} dialled "${made.dialled}" (${made.purpose}): ${own.length} legs`;
  if (went === undefined) tally.notJudged('whether a call went anywhere');
  else if (went) tally.compare('one Dial-Out for a call that is made', own.length === 1, text, about);
  else tally.compare('no Dial-Out for a call that went nowhere', leg === undefined, text, about);
  if (leg === undefined) return;
  callIds.add(tag, leg.callId);
  judgeDial(scene, made, leg, tally);
  judgeOutgoingEnd(scene, made, leg, tally);
  judgeOrder(scene, made, leg, rung, tally);
}

function judgeDial(scene: Scene, made: Outgoing, leg: DialledLeg, tally: Tally): void {
  const { params } = leg.dial;
  const about = { tag: made.tag, leg };
  tally.equal('CallerIDNum OUT', params.CallerIDNum ?? '', made.number, about);
  judgeName('CallerIDNam OUT', params.CallerIDNam ?? '', made.name, tally, about);
  tally.equal('CallerExtension OUT', params.CallerExtension, made.extension, about);
  if (isNumberHidden(scene, made.tag, params.CalledNumber)) return;
  tally.equal('CalledNumber OUT', params.CalledNumber, made.dialled, about);
  tally.equal('CalledExtension OUT', params.CalledExtension, made.calledExtension, about);
  tally.equal('CalledDID OUT', params.CalledDID, didOf(made.calledExtension), about);
}

/** Whether the call goes anywhere: a phone is rung, or somebody answers. Absent where the phones cannot say. */
function wentAnywhere(scene: Scene, made: Outgoing, leg: DialledLeg | undefined): boolean | undefined {
  const { evidence } = scene;
  const { tag, purpose, call, dialled } = made;
  const called = scene.calledBy(tag);
  if (purpose === 'fetch' && leg === undefined && fetchesItself(scene, made)) return undefined;
  if (purpose === 'click' || purpose === 'click to application') {
    if (scene.wasPickedUp(tag) || called.some(({ isPickup }) => isPickup)) return undefined;
    if (purpose === 'click to application') return false;
    // The phone hung up before the second number was dialled.
    if (called.some(({ at }) => at > made.to)) return undefined;
    // Where an application alone answers, nothing else shows that there is a number.
    const isShown = evidence.originated(tag)?.way === 'asynchronous';
    // A phone that was rung before, was so by another of the first phones, which forwarded the call.
    const isRung = called.some(({ at }) => at >= made.from);
    return isRung || (isShown && dialled.startsWith('62')) ? true : undefined;
  }
  if (called.length > 0 || call.answeredAt !== undefined) return true;
  // Behind a Local channel there may have been nobody; and a CANCEL may have crossed the PBX's own answer.
  if (dialled === '614') return undefined;
  if (wasCancelled(call) && (answersFirst(dialled) || ringsThroughLocal(dialled))) return undefined;
  return false;
}

/** A phone that fetches its own parked call is in its leg already. */
function fetchesItself({ evidence }: Scene, { tag, extension }: Outgoing): boolean {
  const own: Tag = { plan: tag.plan, mark: '' };
  return evidence.caller(own)?.extension === extension;
}

function judgeOrder(
  { evidence }: Scene,
  { tag, purpose }: Outgoing,
  leg: DialledLeg,
  rung: ReadonlyMap<Ring, DialledLeg>,
  tally: Tally,
): void {
  if (purpose === 'fetch' || evidence.wasTransferred(tag)) return;
  const own = [...rung].filter(([ring, { callId }]) => isSameTag(ring.tag, tag) && callId === leg.callId);
  if (own.length === 0) return;
  const first = Math.min(...own.map(([, { dial }]) => dial.eventAt));
  tally.compare('Dial-Out before Dial-In', leg.dial.eventAt <= first, `${leg.dial.eventAt - first} ms`, {
    tag,
    leg,
  });
}

function judgeUnknown({ evidence, first, rungBy, rung }: Scene, leg: DialledLeg, tally: Tally): void {
  const tag = tagShown(leg.dial.params.CallerIDNam ?? '', '')?.tag;
  if (evidence.touchesGap(leg.dial.eventAt, leg.hangup?.eventAt ?? leg.dial.eventAt)) {
    tally.notJudged('legs while the service was down');
    return;
  }
  const forwards =
    evidence.originated(tag) && tag && rungBy(tag).some(({ id, status }) => first.calls.has(id) && status === 302);
  const picksUpClick =
    tag?.mark === 'p' &&
    rung.some((one) => one.isPickup && one.plan === tag.plan && evidence.originated(one.tag) !== undefined);
  if (tag === undefined || forwards || picksUpClick) tally.notJudged('a Dial-Out that may be a phone’s');
  else {
    const text = `${leg.id} called ${leg.dial.params.CalledNumber}`;
    tally.compare('a Dial-Out that no phone made', false, text, { tag, leg });
  }
}
