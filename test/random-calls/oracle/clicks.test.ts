import { describe, expect, it } from '@jest/globals';
import {
  answers,
  clickToCall,
  hangsUp,
  inLeg,
  isCalled,
  isHungUp,
  outLeg,
  planned,
  requestsOf,
  storyOf,
  wrongIn,
} from './hand-made.ts';

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

describe('a click to call whose second phone answers soon after the first', () => {
  const story = storyOf(
    planned(clickToCall('101', '106')),
    [10, isCalled('a', '101', 'C0001', '101')],
    ...answers(10, 'a'),
    [3, isCalled('b', '106', 'C0001', '101')],
    ...answers(300, 'b'),
    [300, hangsUp('a')],
    [2, isHungUp('b')],
  );
  const times = { dialMs: 24, hangupMs: 626 };

  it('may have been answered, or not: the first phone does not vie with the second', () => {
    const out = outLeg('106', { ...times, answerMs: 325, params: { CalledExtension: '106' } });
    const rung = inLeg('106', '106', { ...times, answerMs: 325 });
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
