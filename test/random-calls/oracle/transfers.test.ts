import { describe, expect, it } from '@jest/globals';
import type { Action } from '../plan/plan.ts';
import {
  answers,
  blindTransfer,
  calls,
  clickToCall,
  hangsUp,
  inLeg,
  isAnswered,
  isCalled,
  isHungUp,
  makes,
  outLeg,
  planned,
  requestsOf,
  storyOf,
  wrongIn,
} from './hand-made.ts';

describe('a blind transfer by the called phone', () => {
  const story = blindTransfer(...answers(500, 'c'), [1400, hangsUp('a')], [1, isHungUp('c')]);
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
    ...answers(490, 'b'),
    [0, isAnswered('a')],
    [499, { saw: 'refers', call: 'a', to: '107' }],
    [0, { saw: 'acts', plan: 1, call: 'a', action, skipped: false }],
    [10, isCalled('c', '107', 'C0001', '915550001', '<sip:C0001@127.0.0.1>')],
    [90, hangsUp('a')],
    ...answers(500, 'c'),
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

describe('click to call of two phones that answer at once', () => {
  const story = storyOf(
    planned(clickToCall('103', '106', { channel: 'Local/103@ext' })),
    [10, isCalled('a', '103', 'C0001', '103')],
    [0, isCalled('b', '103b', 'C0001', '103')],
    [500, { saw: 'answers', call: 'a' }],
    [0, { saw: 'answers', call: 'b' }],
    [3, { saw: 'is acknowledged', call: 'a' }],
    [0, isHungUp('a')],
    [0, { saw: 'is acknowledged', call: 'b' }],
    [2, isCalled('c', '106', 'C0001', '103')],
    ...answers(900, 'c'),
    [2000, hangsUp('b')],
    [1, isHungUp('c')],
  );
  const caller = { CallerIDNum: '103', CallerExtension: '103' };
  const times = { dialMs: 515, answerMs: 1416, hangupMs: 3416 };

  it('is a call of the one that goes on talking', () => {
    const out = outLeg('106', { ...times, extension: '103', params: { ...caller, CalledExtension: '106' } });
    const rung = inLeg('106', '106', { ...times, params: caller });
    expect(wrongIn(story, requestsOf(out, rung))).toEqual([]);
  });
});

describe('click to call', () => {
  const story = storyOf(
    planned(clickToCall('101', '106')),
    [10, isCalled('a', '101', 'C0001', '101')],
    ...answers(500, 'a'),
    [10, isCalled('b', '106', 'C0001', '101')],
    ...answers(500, 'b'),
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
