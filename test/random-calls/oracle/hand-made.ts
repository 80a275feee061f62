import type { Arrival } from '../../faults/recording-receiver.ts';
import type { Seen, SeenWithoutTime } from '../phones/story.ts';
import type { Action, Beginning, CallPlan, OriginateWay } from '../plan/plan.ts';
import { tagOfPlan } from '../plan/plan.ts';
import { judge } from './judge.ts';

/** When hand-made stories begin. */
const START = Date.parse('2026-11-28T12:00:00Z');

/** A plan of which only the beginning matters. */
export function planned(begins: Beginning, more: Partial<CallPlan> = {}): CallPlan {
  return {
    index: 1,
    tag: tagOfPlan(1),
    kind: 'extension',
    seed: 1,
    begins,
    talkMs: 2000,
    asked: [],
    meets: {},
    middle: [],
    pickups: [],
    ...more,
  };
}

export const calls = (phone: string, number: string, name = 'C0001'): Beginning => ({
  how: 'phone',
  phone,
  number,
  name,
  from: phone.slice(0, 3),
});

/**
 * What phones saw, written by hand: each step is `[milliseconds since the last one, what a phone saw]`. It begins with
 * the plan.
 */
export function storyOf(plan: CallPlan, ...steps: readonly Step[]): Seen[] {
  let at = START;
  return [
    { at, saw: 'plan', plan },
    ...steps.map(([afterMs, seen]): Seen => {
      at += afterMs;
      return { at, ...seen };
    }),
  ];
}

type Step = readonly [number, SeenWithoutTime];

/** A phone answers, so long after the step before; the PBX acknowledges it at once. */
export const answers = (afterMs: number, call: string): readonly Step[] => [
  [afterMs, { saw: 'answers', call }],
  [1, { saw: 'is acknowledged', call }],
];

/** Asterisk is asked to ring a phone, and to call a number from it. @param channel the phone's own left out */
export const clickToCall = (
  extension: string,
  number: string,
  { channel = `PJSIP/${extension}`, way = 'asynchronous' }: { channel?: string; way?: OriginateWay } = {},
): Beginning => ({ how: 'originate', channel, extension, number, name: 'C0001', way });

/**
 * 101 calls 106, which answers half a second later.
 * @param then what comes then of the calls `a` (of 101) and `b` (to 106)
 */
export const answeredCall = (...then: readonly Step[]): Seen[] =>
  storyOf(
    planned(calls('101', '106')),
    [0, makes('a', '101', '106')],
    [10, isCalled('b', '106', 'C0001', '101')],
    ...answers(490, 'b'),
    [0, isAnswered('a')],
    ...then,
  );

/** What the plan has one side of a call do, about which the oracle asks no more. */
export const acts = (
  call: string,
  { side = 'called', what, to }: Pick<Action, 'what' | 'to'> & Partial<Pick<Action, 'side'>>,
): SeenWithoutTime => ({
  saw: 'acts',
  plan: 1,
  call,
  action: { side, what, to, afterMs: 500, thenMs: 0, fetchedBy: '104' },
  skipped: false,
});

/**
 * 101 calls 106, which answers and transfers it to 107 after half a second, and hangs up.
 * @param end what comes then of the calls `a` (of 101) and `c` (to 107)
 */
export const blindTransfer = (...end: readonly Step[]): Seen[] =>
  answeredCall(
    [499, { saw: 'refers', call: 'b', to: '107' }],
    [0, acts('b', { what: 'refer', to: '107' })],
    [10, isCalled('c', '107', 'C0001', '101', '<sip:C0001@127.0.0.1>')],
    [90, hangsUp('b')],
    ...end,
  );

export const makes = (
  call: string,
  phone: string,
  number: string,
  more: {
    name?: string;
    from?: string;
    purpose?: 'main' | 'consultation' | 'pickup' | 'replaces' | 'fetch';
    takes?: string;
  } = {},
): SeenWithoutTime => ({
  saw: 'calls',
  call,
  phone,
  plan: 1,
  number,
  purpose: more.purpose ?? 'main',
  name: more.name ?? 'C0001',
  from: more.from ?? phone.slice(0, 3),
  ...(more.takes !== undefined && { takes: more.takes }),
});

export const isCalled = (
  call: string,
  phone: string,
  name: string,
  from: string,
  referredBy = '',
): SeenWithoutTime => ({
  saw: 'is called',
  call,
  phone,
  name,
  from,
  referredBy,
});

/** One leg as the service sends it: its requests, so many milliseconds after the story began. */
export interface SentLeg {
  extension: string;
  flow: 'IN' | 'OUT';
  dialMs: number;
  answerMs?: number;
  hangupMs?: number;
  params: Record<string, string>;
  /** Values that are others at the Hangup. */
  atHangup?: Record<string, string>;
}

const CALLER = { CallerIDNum: '101', CallerIDNam: 'C0001', CallerExtension: '101' };

/** The leg of 101's own call. */
export const outLeg = (dialled: string, more: Partial<SentLeg> = {}): SentLeg => ({
  extension: '101',
  flow: 'OUT',
  dialMs: 8,
  hangupMs: 3000,
  ...more,
  params: { ...CALLER, CalledNumber: dialled, ...more.params },
});

/** A leg of an extension that is rung in 101's call; 105 and later have no DID. */
export const inLeg = (extension: string, dialled: string, more: Partial<SentLeg> = {}): SentLeg => ({
  extension,
  flow: 'IN',
  dialMs: 10,
  hangupMs: 3000,
  ...more,
  params: { ...CALLER, CalledExtension: extension, CalledNumber: dialled, ...more.params },
});

export const hangsUp = (call: string): SeenWithoutTime => ({ saw: 'hangs up', call });
export const isHungUp = (call: string): SeenWithoutTime => ({ saw: 'is hung up', call });
export const isAnswered = (call: string): SeenWithoutTime => ({ saw: 'is answered', call, shown: '' });

let deliveries = 0;

export function requestsOf(...legs: readonly SentLeg[]): Arrival[] {
  return legs
    .flatMap(({ extension, flow, dialMs, answerMs, hangupMs, params, atHangup = {} }, index) => {
      const request = (event: string, ms: number, status: string, more: Record<string, string>): Arrival => ({
        at: START + ms,
        event,
        extension,
        delivery: `msg_${++deliveries}`,
        eventId: event,
        marks: [extension, undefined, undefined],
        params: {
          CallID: '1.1',
          CallFlow: flow,
          LegID: `leg-${index + 1}`,
          EventTime: new Date(START + ms).toISOString(),
          CallStatus: status,
          ...params,
          ...more,
        },
      });
      const side = flow === 'IN' ? 'in' : 'out';
      const answered = answerMs !== undefined;
      return [
        request(`dial-${side}`, dialMs, 'CALLING', {}),
        ...(answered ? [request(`answer-${side}`, answerMs, 'ANSWER', atHangup)] : []),
        ...(hangupMs === undefined
          ? []
          : [
              request('hangup', hangupMs, answered ? 'ANSWER' : 'UNKNOWN', {
                Duration: String(Math.round((hangupMs - dialMs) / 1000)),
                TalkTime: String(answered ? Math.round((hangupMs - answerMs) / 1000) : 0),
                ...atHangup,
              }),
            ]),
      ];
    })
    .sort((one, other) => one.at - other.at);
}

/** The kinds of values that are wrong. */
export const wrongIn = (story: readonly Seen[], arrivals: readonly Arrival[]): string[] =>
  judge(story, arrivals).tally.wrong.map(({ kind }) => kind);

export const unjudgedIn = (story: readonly Seen[], arrivals: readonly Arrival[]): string[] => [
  ...judge(story, arrivals).tally.unjudged.keys(),
];
