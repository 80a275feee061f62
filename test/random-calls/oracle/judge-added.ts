import type { Tag } from '../plan/plan.ts';
import { LINE, QUEUES } from '../service-config.ts';
import type { Added } from '../settings.ts';
import type { CallIds } from './call-ids.ts';
import { ringsNobody } from './dialplan.ts';
import type { DialledLeg, Leg } from './legs.ts';
import { unescaped } from './names.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Scene } from './scene.ts';
import type { Tally } from './tally.ts';

/** The queue that a number leads to, and nowhere else. */
const QUEUE_AT: Record<string, string> = { 610: 'phones', 611: 'mixed', 612: 'phones' };

/** The same for a number as it was dialled, inside or from outside. */
const queueAt = (dialled: string) => QUEUE_AT[/^(?:1800555\d)?(\d{3})$/.exec(dialled)?.[1] ?? ''];

/** A call that nobody transferred, parked or picked up unseen, and what became of it. */
interface PlainCall {
  tag: Tag;
  caller: string | undefined;
  number: string;
  name: string;
  dialled: string;
  /** Phones that were rung; pickups are none. */
  called: readonly PhoneCall[];
  wentAnywhere: boolean;
  /** Whether a person talked to the caller; absent where the phones cannot say. */
  person: boolean | undefined;
  /** The extensions of the phones that certainly answered, the line where it is nobody's. */
  answerers: readonly string[];
  callIds: ReadonlySet<string>;
}

/** Missed calls, lines and queues as extensions, where the service is asked to send them: of plain calls only. */
export function judgeAdded(
  scene: Scene,
  legs: readonly Leg[],
  dialled: readonly DialledLeg[],
  callIds: CallIds,
  added: readonly Added[],
  tally: Tally,
): void {
  const plain = plainCalls(scene, callIds);
  if (added.includes('missed')) judgeMissed(plain, legs, tally);
  if (added.includes('line')) judgeLine(plain, ofExtension(dialled, LINE), added, tally);
  if (added.includes('queue'))
    for (const [extension, queue] of Object.entries(QUEUES)) {
      const through = plain.filter((call) => queueAt(call.dialled) === queue);
      judgeQueue(through, ofExtension(dialled, extension), added, tally);
    }
}

const ofExtension = (legs: readonly DialledLeg[], extension: string) =>
  legs.filter((leg) => leg.extension === extension);

function plainCalls(scene: Scene, callIds: CallIds): PlainCall[] {
  const { evidence, first } = scene;
  const own = [
    ...evidence.made.filter(({ tag }) => tag?.mark === ''),
    ...[...first.answered].map(([plan, call]): PhoneCall => ({ ...call, tag: { plan, mark: '' } })),
  ];
  return own.flatMap((call) => {
    const { tag, at, endedAt, answeredAt } = call;
    const caller = tag && evidence.caller(tag);
    if (tag === undefined || caller === undefined || endedAt === undefined) return [];
    if (evidence.wasTransferred(tag) || scene.hasUnclearPickup(tag.plan) || evidence.touchesGap(at, endedAt)) return [];
    // Where the first phone of a click to call forwards it, what is rung next is still rung by the PBX itself.
    if (scene.rungBy(tag).some(({ id, status }) => first.calls.has(id) && status === 302)) return [];
    const called = scene.calledBy(tag).filter(({ isPickup }) => !isPickup);
    return [
      {
        tag,
        caller: caller.extension,
        number: caller.number,
        name: caller.name,
        dialled: caller.dialled,
        called,
        wentAnywhere: called.length > 0 || answeredAt !== undefined,
        person: ringsNobody(caller.dialled) ? undefined : personIn(scene, tag),
        answerers: called.filter((one) => scene.answer(one) === 'yes').map(({ extension }) => extension ?? LINE),
        callIds: callIds.of(tag),
      },
    ];
  });
}

function personIn(scene: Scene, tag: Tag): boolean | undefined {
  const answers = scene.calledBy(tag).map(scene.answer);
  if (answers.includes('yes')) return true;
  return answers.includes('unclear') || scene.wasPickedUp(tag) ? undefined : false;
}

/**
 * Each extension that was rung missed the call once, unless a person answered the caller, or it is the caller's own.
 */
function judgeMissed(calls: readonly PlainCall[], legs: readonly Leg[], tally: Tally): void {
  for (const leg of legs) {
    const [missed] = leg.missed;
    if (missed === undefined) continue;
    const [hangup] = leg.hangups;
    const isAfter = hangup !== undefined && hangup.order < missed.order && hangup.params.CallStatus === 'UNKNOWN';
    tally.compare('Missed after the Hangup', isAfter, leg.id, { leg });
  }
  for (const { tag, caller, person, called, callIds } of calls) {
    if (person === undefined || callIds.size === 0) continue;
    for (const extension of new Set(called.map((call) => call.extension))) {
      if (extension === undefined) continue;
      const count = legs
        .filter((leg) => leg.extension === extension && callIds.has(leg.callId))
        .reduce((sum, { missed }) => sum + missed.length, 0);
      const wanted = person || extension === caller ? 0 : 1;
      tally.compare('Missed', count === wanted, `${extension} has ${count} Missed, not ${wanted}`, { tag });
    }
  }
}

/** Everybody who calls in has one leg of the line. */
function judgeLine(
  calls: readonly PlainCall[],
  legs: readonly DialledLeg[],
  added: readonly Added[],
  tally: Tally,
): void {
  for (const { tag, caller, number, name, dialled, wentAnywhere, person, answerers } of calls) {
    const isAnonymous = number === 'anonymous';
    if (caller !== undefined || !wentAnywhere || (isAnonymous && name === '')) continue;
    const own = legs.filter(({ dial: { params } }) =>
      isAnonymous ? unescaped(params.CallerIDNam ?? '') === name : params.CallerIDNum === number,
    );
    const [leg] = own;
    const about = { tag, ...(leg && { leg }) };
    tally.compare('one leg of the line', own.length === 1, `${own.length} legs for ${number}`, about);
    if (leg === undefined) continue;
    tally.equal('CalledDID of the line', leg.dial.params.CalledDID, dialled, about);
    judgeStatus('CallStatus of the line', leg, person, tag, tally);
    judgeMissedBy('Missed of the line', leg, person, added, tally);
    const [answerer, ...others] = new Set(answerers);
    if (answerer !== undefined && others.length === 0)
      tally.equal('CalledExtension of the line at the Hangup', leg.hangup?.params.CalledExtension, answerer, about);
  }
}

/** Everybody who comes into the queue has one leg of it. */
function judgeQueue(
  calls: readonly PlainCall[],
  legs: readonly DialledLeg[],
  added: readonly Added[],
  tally: Tally,
): void {
  for (const { tag, called, callIds, person } of calls) {
    if (called.length === 0 || callIds.size === 0) continue;
    const own = legs.filter(({ callId }) => callIds.has(callId));
    const [leg] = own;
    const text = `${own.length} legs for ${[...callIds].join(', ')}`;
    tally.compare('one leg of the queue', own.length === 1, text, { tag, ...(leg && { leg }) });
    if (leg === undefined) continue;
    judgeStatus('CallStatus of the queue', leg, person, tag, tally);
    judgeMissedBy('Missed of the queue', leg, person, added, tally);
  }
}

function judgeMissedBy(
  kind: string,
  leg: DialledLeg,
  person: boolean | undefined,
  added: readonly Added[],
  tally: Tally,
): void {
  if (!added.includes('missed') || person === undefined) return;
  tally.compare(kind, leg.missed.length === (person ? 0 : 1), `${leg.id} has ${leg.missed.length} Missed`, { leg });
}

function judgeStatus(kind: string, leg: DialledLeg, person: boolean | undefined, tag: Tag, tally: Tally): void {
  if (person === undefined || leg.hangup === undefined) tally.notJudged(kind);
  else tally.equal(kind, leg.hangup.params.CallStatus, person ? 'ANSWER' : 'UNKNOWN', { tag, leg });
}
