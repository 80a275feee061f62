import { isDeepStrictEqual } from 'node:util';
import { type CallEvent, type CallParameters, legKeyOf } from '../../src/calls/call-event.ts';
import { LINE } from '../helpers/expected-groups.ts';

/** A call event came out that breaks what is promised of every leg. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
  readonly code = 'INVARIANT_VIOLATION';
}

/** What has been emitted of one leg. */
export interface EmittedLeg {
  callId: string;
  extension: string;
  flow: 'IN' | 'OUT';
  /** 1 for the first leg of this extension in this call and flow, 2 for its next. */
  number: number;
  /** Its Dial, then its Answer, its Hangup and its Missed where there were such. */
  events: CallEvent[];
}

/** Looks at every call event as it comes out, and throws at the first that breaks a promise. */
export interface InvariantChecker {
  observe(event: CallEvent): void;
  /** All channels have hung up. @throws InvariantViolation when a leg is still open */
  finish(): void;
  /** Every leg that was ever opened, by `nameOf`, in order. */
  readonly legs: ReadonlyMap<string, EmittedLeg>;
  /** How many of them have no Hangup yet. */
  readonly open: number;
}

/**
 * The promise: every leg has its Dial, then at most one Answer, then at most one Hangup, and nothing after but at most
 * one Missed, when it is an IN leg that nobody answered; all of them repeat the values of the Dial, and the Missed
 * those of the Hangup; an extension has at most one open leg in one call and direction, a queue one for each caller.
 */
export function createInvariantChecker(): InvariantChecker {
  const legs = new Map<string, EmittedLeg>();
  const byKey = new Map<string, EmittedLeg>();
  const ended = new Set<EmittedLeg>();
  const missed = new Set<EmittedLeg>();
  /** Extension and origin of each Missed, in its call. */
  const missedOf = new Set<string>();
  /** The first event that shows each leg answered, and how many events had come by then. */
  const answers: { event: CallEvent; leg: EmittedLeg; seen: number }[] = [];
  let seen = 0;
  const dialledAt = new Map<EmittedLeg, number>();
  /** The last leg of an extension in a call and flow. */
  const last = new Map<string, EmittedLeg>();

  function dial(event: CallEvent, key: string): void {
    const { extension, flow } = event.leg;
    const callId = event.params.CallID;
    if (byKey.has(key)) fail('a second Dial for one leg', event);
    const whose = `${callId} ${extension} ${flow}${isOfQueue(event) ? ` ${callerOf(event)}` : ''}`;
    const before = last.get(whose);
    if (before !== undefined && !ended.has(before)) fail('the leg before it is open', event);
    if (event.params.CallStatus !== 'CALLING') fail('a Dial that is not CALLING', event);
    const number = isOfQueue(event) ? legs.size : (before?.number ?? 0) + 1;
    const leg: EmittedLeg = { callId, extension, flow, number, events: [event] };
    dialledAt.set(leg, seen);
    byKey.set(key, leg);
    legs.set(nameOf(leg), leg);
    last.set(whose, leg);
  }

  function checkMissed(event: CallEvent, leg: EmittedLeg): void {
    const hangup = leg.events.at(-1) as CallEvent;
    if (!ended.has(leg)) fail('a Missed before the Hangup', event);
    if (missed.has(leg)) fail('a second Missed of one leg', event);
    if (hangup.params.CallStatus !== 'UNKNOWN') fail('a Missed of a leg that was answered', event);
    const { event: _, at: __, origin, ...values } = event;
    const { event: ___, at: ____, ...before } = hangup;
    // With which call this one is joined may be known only after the Hangup.
    if (!isDeepStrictEqual(withoutRelated(values), withoutRelated(before))) fail('not the values of the Hangup', event);
    const whose = `${event.params.CallID} ${event.leg.extension} ${origin}`;
    if (missedOf.has(whose)) fail('a second Missed of one origin', event);
    missedOf.add(whose);
    const rungAt = dialledAt.get(leg) ?? 0;
    for (const answer of answers)
      if (
        answer.seen > rungAt &&
        !wasBefore(answer.event, leg.events[0]) &&
        answer.leg.callId === leg.callId &&
        isOfOrigin(answer.event, event)
      )
        fail(`a Missed, though ${keyOf(answer.event)} was answered`, event);
  }

  return {
    legs,
    get open() {
      return legs.size - ended.size;
    },
    observe(event) {
      seen += 1;
      const key = keyOf(event);
      checkOwnValues(event);
      if (event.event === 'dial-in' || event.event === 'dial-out') {
        dial(event, key);
        return;
      }
      const leg = byKey.get(key);
      if (leg === undefined) fail('no Dial before', event);
      if (event.event === 'missed') {
        checkMissed(event, leg);
        missed.add(leg);
        leg.events.push(event);
        return;
      }
      if (ended.has(leg)) fail('after the Hangup', event);
      checkStatus(event, leg);
      checkSameValues(event, leg);
      const isFirstAnswer = event.params.CallStatus === 'ANSWER' && leg.events.length === 1;
      leg.events.push(event);
      if (isFirstAnswer) answers.push({ event, leg, seen });
      if (event.event === 'hangup') ended.add(leg);
    },
    finish() {
      for (const leg of legs.values()) if (!ended.has(leg)) fail('no Hangup', leg.events[0] as CallEvent);
    },
  };
}

/** Whether a leg had been answered before that one was dialled, though only its Hangup has shown it. */
function wasBefore({ event, at, details }: CallEvent, dial: CallEvent | undefined): boolean {
  return event === 'hangup' && (at ?? 0) - (details.talkMs ?? 0) < (dial?.at ?? 0);
}

/**
 * Whether a leg that was answered is that of the origin, or was rung by it, as far as its values show that. (An OUT leg
 * without an Answer-Out was answered by an application, which is nobody; one that did not begin its call may only
 * consult in it.)
 */
function isOfOrigin({ event, leg, params }: CallEvent, missed: CallEvent): boolean {
  if (leg.flow === 'OUT' && (event !== 'answer-out' || leg.uniqueid !== missed.origin)) return false;
  if (leg.flow === 'OUT' && leg.uniqueid !== params.CallID) return false;
  const names = ['CallerIDNum', 'CallerIDNam', 'CallerExtension', 'CalledNumber'] as const;
  return names.every((name) => params[name] === missed.params[name]);
}

/** A leg as people count it. */
export function nameOf({ callId, extension, flow, number }: Omit<EmittedLeg, 'events'>): string {
  return `${callId}/${extension}/${flow}/${number}`;
}

/** A leg's key as one string. */
export function keyOf({ leg }: Pick<CallEvent, 'leg'>): string {
  return legKeyOf(leg);
}

function withoutRelated<Values extends Pick<CallEvent, 'details'>>({ details, ...rest }: Values) {
  const { relatedCallId: _, ...others } = details;
  return { ...rest, details: others };
}

const EVENTS_OF = {
  IN: new Set(['dial-in', 'answer-in', 'hangup', 'missed']),
  OUT: new Set(['dial-out', 'answer-out', 'hangup']),
};

function checkOwnValues(event: CallEvent): void {
  const { leg, params } = event;
  if (!EVENTS_OF[leg.flow].has(event.event)) fail('an event of the other flow', event);
  if (params.CallFlow !== leg.flow) fail('CallFlow is not the flow of the leg', event);
  if (params.CallID === '' || leg.uniqueid === '') fail('a leg without a name', event);
  const own = leg.flow === 'IN' ? params.CalledExtension : params.CallerExtension;
  const isAnswerer = leg.extension === LINE && params.CallStatus === 'ANSWER';
  if (own !== leg.extension && !isAnswerer) fail('the extension is not that of the leg', event);
  for (const [name, value] of Object.entries(params))
    if (name !== 'CallStatus' && /^$|^<?unknown>?$/i.test(value)) fail(`${name} is sent though it is unknown`, event);
}

function checkStatus(event: CallEvent, leg: EmittedLeg): void {
  const answered = leg.events.length > 1;
  const { CallStatus } = event.params;
  if (event.event === 'hangup') {
    if (CallStatus === 'CALLING') fail('a Hangup that is CALLING', event);
    if (answered && CallStatus !== 'ANSWER') fail('not ANSWER, after an Answer', event);
    return;
  }
  if (answered) fail('a second Answer', event);
  if (CallStatus !== 'ANSWER') fail('an Answer that is not ANSWER', event);
}

/** What Answer and Hangup may change of what the Dial said. */
const MAY_CHANGE = {
  IN: new Set<string>(['CallStatus']),
  OUT: new Set(['CallStatus', 'CalledExtension', 'CalledDID']),
  line: new Set(['CallStatus', 'CalledExtension']),
};

/** The tests name the extension of a queue as the queue. */
function isOfQueue({ leg, details }: CallEvent): boolean {
  return details.queue === leg.extension;
}

/** Uniqueid of a queue's caller: the leg's without the number of the join. */
function callerOf({ leg }: CallEvent): string {
  return leg.uniqueid.replace(/-\d+$/, '');
}

function checkSameValues(event: CallEvent, leg: EmittedLeg): void {
  const dial = (leg.events[0] as CallEvent).params;
  for (const name of Object.keys({ ...dial, ...event.params }) as (keyof CallParameters)[]) {
    const mayChange = MAY_CHANGE[leg.extension === LINE ? 'line' : leg.flow];
    if (!mayChange.has(name) && dial[name] !== event.params[name]) fail(`${name} is not what the Dial said`, event);
  }
}

function fail(what: string, event: CallEvent): never {
  throw new InvariantViolation(`${what}: ${event.event} of ${keyOf(event)} ${JSON.stringify(event.params)}`);
}
