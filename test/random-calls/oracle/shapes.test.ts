import { describe, expect, it } from '@jest/globals';
import type { SeenWithoutTime } from '../phones/story.ts';
import type { Action } from '../plan/plan.ts';
import {
  calls,
  isCalled,
  makes,
  planned,
  requestsOf,
  type SentLeg,
  storyOf,
  unjudgedIn,
  wrongIn,
} from './hand-made.ts';

const CALLER = { CallerIDNum: '101', CallerIDNam: 'C0001', CallerExtension: '101' };

/** The leg of 101's own call. */
const outLeg = (dialled: string, more: Partial<SentLeg> = {}): SentLeg => ({
  extension: '101',
  flow: 'OUT',
  dialMs: 8,
  hangupMs: 3000,
  ...more,
  params: { ...CALLER, CalledNumber: dialled, ...more.params },
});

/** A leg of an extension that is rung in 101's call; 105 and later have no DID. */
const inLeg = (extension: string, dialled: string, more: Partial<SentLeg> = {}): SentLeg => ({
  extension,
  flow: 'IN',
  dialMs: 10,
  hangupMs: 3000,
  ...more,
  params: { ...CALLER, CalledExtension: extension, CalledNumber: dialled, ...more.params },
});

const hangsUp = (call: string): SeenWithoutTime => ({ saw: 'hangs up', call });
const isHungUp = (call: string): SeenWithoutTime => ({ saw: 'is hung up', call });
const isAnswered = (call: string): SeenWithoutTime => ({ saw: 'is answered', call, shown: '' });

describe('phones that answer in the same moment', () => {
  const race = (endOfOther: readonly (readonly [number, SeenWithoutTime])[]) =>
    storyOf(
      planned(calls('101', '601')),
      [0, makes('a', '101', '601')],
      [10, isCalled('b', '107', 'C0001', '101')],
      [0, isCalled('c', '108', 'C0001', '101')],
      [990, { saw: 'answers', call: 'b' }],
      [0, { saw: 'answers', call: 'c' }],
      [1, { saw: 'is acknowledged', call: 'b' }],
      [0, { saw: 'is acknowledged', call: 'c' }],
      [1, isAnswered('a')],
      ...endOfOther,
      [1990, hangsUp('a')],
      [1, isHungUp('b')],
    );
  const legs = (winner: '107' | '108') =>
    ['107', '108'].map((extension) =>
      inLeg(extension, '601', {
        ...(extension === winner && { answerMs: 1001 }),
        hangupMs: extension === '107' ? 2995 : 1010,
      }),
    );
  const out = outLeg('601', { answerMs: 1001, hangupMs: 2993, atHangup: { CalledExtension: '107' } });

  it('are one that is answered, which talks, and others that are not', () => {
    const story = race([[5, isHungUp('c')]]);
    expect(wrongIn(story, requestsOf(out, ...legs('107')))).toEqual([]);
    expect(wrongIn(story, requestsOf(out, ...legs('108')))).toEqual(
      expect.arrayContaining(['CallStatus IN', 'CallStatus IN']),
    );
  });

  it('are not judged where neither talks', () => {
    const story = storyOf(
      planned(calls('101', '601')),
      [0, makes('a', '101', '601')],
      [10, isCalled('b', '107', 'C0001', '101')],
      [0, isCalled('c', '108', 'C0001', '101')],
      [990, { saw: 'answers', call: 'b' }],
      [0, { saw: 'answers', call: 'c' }],
      [1, { saw: 'is acknowledged', call: 'b' }],
      [0, { saw: 'is acknowledged', call: 'c' }],
      [1, isAnswered('a')],
      [5, hangsUp('a')],
      [1, isHungUp('b')],
      [0, isHungUp('c')],
    );
    const soon = { ...out, hangupMs: 1008 };
    const ended = legs('107').map((leg) => ({ ...leg, hangupMs: 1010 }));
    expect(wrongIn(story, requestsOf(soon, ...ended))).toEqual([]);
    expect(unjudgedIn(story, requestsOf(soon, ...ended))).toEqual(['CallStatus IN', 'CallStatus OUT']);
  });
});

describe('a phone that is asked to accept the call', () => {
  const asked = (digit: string) =>
    storyOf(
      planned(calls('101', '656'), { asked: ['106'] }),
      [0, makes('a', '101', '656')],
      [10, isCalled('b', '106', 'C0001', '101')],
      [500, { saw: 'answers', call: 'b' }],
      [1, { saw: 'is acknowledged', call: 'b' }],
      [500, { saw: 'presses', call: 'b', digit }],
      [1500, isHungUp('b')],
      [400, { saw: 'is refused', call: 'a', status: 480 }],
    );
  const unanswered = [outLeg('656', { hangupMs: 2911 }), inLeg('106', '656', { hangupMs: 2511 })];

  it('has answered only when it presses 1', () => {
    expect(wrongIn(asked('2'), requestsOf(...unanswered))).toEqual([]);
    expect(wrongIn(asked('1'), requestsOf(...unanswered))).toEqual(
      expect.arrayContaining(['CallStatus IN', 'CallStatus OUT']),
    );
  });
});

describe('a pickup by *8', () => {
  const story = storyOf(
    planned(calls('101', '105')),
    [0, makes('a', '101', '105')],
    [10, isCalled('b', '105', 'C0001', '101')],
    [20, { saw: 'rings', call: 'b' }],
    [970, makes('p', '106', '*8', { purpose: 'pickup', name: 'C0001p' })],
    [10, { saw: 'is answered', call: 'p', shown: '"C0001" <sip:101@127.0.0.1>' }],
    [1, { saw: 'is cancelled', call: 'b' }],
    [1, isAnswered('a')],
    [1980, hangsUp('p')],
    [1, isHungUp('a')],
  );
  const out = outLeg('105', { answerMs: 1011, hangupMs: 2993, params: { CalledExtension: '105' } });
  const legs = [
    { ...out, atHangup: { CalledExtension: '106' } },
    inLeg('105', '105', { hangupMs: 1011 }),
    inLeg('106', '105', { dialMs: 1010, answerMs: 1011, hangupMs: 2992 }),
  ];

  it('is a Dial-In of the original caller for the picker, and no call of the picker', () => {
    expect(wrongIn(story, requestsOf(...legs))).toEqual([]);
    expect(wrongIn(story, requestsOf(...legs.slice(0, 2)))).toEqual(['a Dial-In for a phone that is rung']);
    const pickerCalls: SentLeg = {
      extension: '106',
      flow: 'OUT',
      dialMs: 1000,
      hangupMs: 2992,
      params: { CallID: '1.9', CallerIDNum: '106', CallerIDNam: 'C0001p', CallerExtension: '106', CalledNumber: '*8' },
    };
    expect(wrongIn(story, requestsOf(...legs, pickerCalls))).toEqual(['a Dial-Out that no phone made']);
  });
});

describe('a blind transfer by the called phone', () => {
  const action: Action = { side: 'called', what: 'refer', to: '107', afterMs: 500, thenMs: 0, fetchedBy: '104' };
  const story = storyOf(
    planned(calls('101', '106')),
    [0, makes('a', '101', '106')],
    [10, isCalled('b', '106', 'C0001', '101')],
    [490, { saw: 'answers', call: 'b' }],
    [1, { saw: 'is acknowledged', call: 'b' }],
    [0, isAnswered('a')],
    [499, { saw: 'refers', call: 'b', to: '107' }],
    [0, { saw: 'acts', plan: 1, call: 'b', action, skipped: false }],
    [10, isCalled('c', '107', 'C0001', '101', '<sip:C0001@127.0.0.1>')],
    [90, hangsUp('b')],
    [500, { saw: 'answers', call: 'c' }],
    [1, { saw: 'is acknowledged', call: 'c' }],
    [1400, hangsUp('a')],
    [1, isHungUp('c')],
  );
  const target = inLeg('107', '106', { dialMs: 1011, answerMs: 1600, hangupMs: 3002 });
  const legs = [
    outLeg('106', {
      answerMs: 501,
      hangupMs: 3001,
      params: { CalledExtension: '106' },
      atHangup: { CalledExtension: '107' },
    }),
    inLeg('106', '106', { answerMs: 501, hangupMs: 1002 }),
    target,
  ];

  it('is a Dial-In of the caller for the target, with the number that he had dialled', () => {
    expect(wrongIn(story, requestsOf(...legs))).toEqual([]);
    const others = { ...target, params: { ...target.params, CallerExtension: '106', CalledNumber: '107' } };
    expect(wrongIn(story, requestsOf(...legs.slice(0, 2), others))).toEqual([
      'CallerExtension IN (transferred)',
      'CalledNumber IN (transferred)',
    ]);
  });
});

describe('a party that was called and is transferred', () => {
  const action: Action = { side: 'caller', what: 'refer', to: '107', afterMs: 500, thenMs: 0, fetchedBy: '104' };
  const story = storyOf(
    planned(calls('101', '915550001')),
    [0, makes('a', '101', '915550001')],
    [10, isCalled('b', 'trunk', 'C0001', '101')],
    [490, { saw: 'answers', call: 'b' }],
    [1, { saw: 'is acknowledged', call: 'b' }],
    [0, isAnswered('a')],
    [499, { saw: 'refers', call: 'a', to: '107' }],
    [0, { saw: 'acts', plan: 1, call: 'a', action, skipped: false }],
    [10, isCalled('c', '107', 'C0001', '915550001', '<sip:C0001@127.0.0.1>')],
    [90, hangsUp('a')],
    [500, { saw: 'answers', call: 'c' }],
    [1, { saw: 'is acknowledged', call: 'c' }],
    [1400, hangsUp('b')],
    [1, isHungUp('c')],
  );
  const target = inLeg('107', '107', {
    dialMs: 1011,
    answerMs: 1600,
    hangupMs: 3002,
    params: { CallerIDNum: '915550001' },
  });
  const { CallerExtension: _outside, ...params } = target.params;
  const out = outLeg('915550001', { answerMs: 501, hangupMs: 1002 });

  it('is the caller of the target, with the number of the transfer and no DID that it called in on', () => {
    expect(wrongIn(story, requestsOf(out, { ...target, params }))).toEqual([]);
    const wrong = { ...target, params: { ...params, CalledDID: '107', CalledNumber: '915550001' } };
    expect(wrongIn(story, requestsOf(out, wrong))).toEqual([
      'CalledNumber IN of a transferred party',
      'CalledDID IN of a transferred party',
    ]);
  });
});

describe('click to call', () => {
  const story = storyOf(
    planned({
      how: 'originate',
      channel: 'PJSIP/101',
      extension: '101',
      number: '106',
      name: 'C0001',
      way: 'asynchronous',
    }),
    [10, isCalled('a', '101', 'C0001', '101')],
    [500, { saw: 'answers', call: 'a' }],
    [1, { saw: 'is acknowledged', call: 'a' }],
    [10, isCalled('b', '106', 'C0001', '101')],
    [500, { saw: 'answers', call: 'b' }],
    [1, { saw: 'is acknowledged', call: 'b' }],
    [1500, hangsUp('a')],
    [1, isHungUp('b')],
  );
  const out = outLeg('106', { dialMs: 520, answerMs: 1022, hangupMs: 2523, params: { CalledExtension: '106' } });
  const rung = inLeg('106', '106', { dialMs: 520, answerMs: 1022, hangupMs: 2523 });

  it('is a call of the phone that is rung first, which has no Dial-In for that', () => {
    expect(wrongIn(story, requestsOf(out, rung))).toEqual([]);
    expect(wrongIn(story, requestsOf(rung))).toEqual(['one Dial-Out for a call that is made']);
    const first = inLeg('101', '101', { dialMs: 10, answerMs: 510, hangupMs: 2523 });
    expect(wrongIn(story, requestsOf(out, rung, first))).toEqual(['a Dial-In that no phone saw']);
  });
});

describe('calls that make no leg', () => {
  it('are feature codes', () => {
    const story = storyOf(
      planned(calls('101', '*45')),
      [0, makes('a', '101', '*45')],
      [10, isAnswered('a')],
      [500, isHungUp('a')],
    );
    expect(wrongIn(story, [])).toEqual([]);
    expect(wrongIn(story, requestsOf(outLeg('*45')))).toEqual(['a Dial-Out that no phone made']);
  });

  it('are those that rang nobody and that nobody answered', () => {
    const story = storyOf(
      planned(calls('101', '555')),
      [0, makes('a', '101', '555')],
      [10, { saw: 'is refused', call: 'a', status: 404 }],
    );
    expect(wrongIn(story, [])).toEqual([]);
    expect(wrongIn(story, requestsOf(outLeg('555', { hangupMs: 10 })))).toEqual([
      'no Dial-Out for a call that went nowhere',
    ]);
  });
});

describe('an extension with two phones', () => {
  it('has one leg while either rings, and another when it is rung again', () => {
    const story = storyOf(
      planned(calls('101', '103')),
      [0, makes('a', '101', '103')],
      [10, isCalled('b', '103', 'C0001', '101')],
      [1, isCalled('c', '103b', 'C0001', '101')],
      [500, { saw: 'refuses', call: 'b', status: 486 }],
      [500, { saw: 'is cancelled', call: 'c' }],
      [1000, isCalled('d', '103', 'C0001', '101')],
      [900, { saw: 'is cancelled', call: 'd' }],
      [0, { saw: 'is refused', call: 'a', status: 480 }],
    );
    const out = outLeg('103', { hangupMs: 2911, params: { CalledExtension: '103', CalledDID: '+18005550103' } });
    const did = { CalledDID: '+18005550103' };
    const first = inLeg('103', '103', { dialMs: 10, hangupMs: 1011, params: did });
    const second = inLeg('103', '103', { dialMs: 2011, hangupMs: 2911, params: did });
    expect(wrongIn(story, requestsOf(out, first, second))).toEqual([]);
    expect(wrongIn(story, requestsOf(out, first))).toEqual(['a Dial-In for a phone that is rung']);
    const third = inLeg('103', '103', { dialMs: 11, hangupMs: 1011, params: did });
    expect(wrongIn(story, requestsOf(out, first, second, third))).toEqual(['a Dial-In that no phone saw']);
  });
});
