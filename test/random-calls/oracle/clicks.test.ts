import { describe, expect, it } from '@jest/globals';
import type { Seen } from '../phones/story.ts';
import {
  acts,
  answers,
  calls,
  clickToCall,
  hangsUp,
  inLeg,
  isCalled,
  isHungUp,
  makes,
  outLeg,
  planned,
  requestsOf,
  storyOf,
  wrongIn,
} from './hand-made.ts';
import { judge } from './judge.ts';

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

describe('a click to call whose first phone forwards', () => {
  const story = storyOf(
    planned(clickToCall('103', '108', { channel: 'Local/103@ext/n' })),
    [7, isCalled('a', '103', 'C0001', '103')],
    [2, isCalled('b', '103b', 'C0001', '103')],
    [25, { saw: 'refuses', call: 'b', status: 302 }],
    ...answers(5, 'a'),
    [4, isCalled('c', '105', 'C0001', '103')],
    [5, { saw: 'is cancelled', call: 'c' }],
    [1, isCalled('d', '108', 'C0001', '103')],
    [1500, hangsUp('a')],
    [3, { saw: 'is cancelled', call: 'd' }],
  );

  it('is no call that is missed where that one leads', () => {
    const caller = { CallerIDNum: '103', CallerExtension: '103' };
    const out = outLeg('108', {
      extension: '103',
      dialMs: 50,
      hangupMs: 1550,
      params: { ...caller, CalledExtension: '108' },
    });
    const rung = inLeg('108', '108', { dialMs: 50, hangupMs: 1553, params: caller });
    expect(judge(story, requestsOf(out, rung), ['missed']).tally.wrong).toEqual([]);
  });
});

describe('a click to call to a queue whose caller is transferred away', () => {
  const story = storyOf(
    planned(clickToCall('101', '610')),
    [10, isCalled('a', '101', 'C0001', '101')],
    ...answers(500, 'a'),
    [10, isCalled('b', '107', 'C0001', '101')],
    ...answers(500, 'b'),
    [500, acts('a', { side: 'caller', what: 'ami-blind', to: '106' })],
    [2, isHungUp('a')],
    [5, isCalled('c', '106', 'C0001', '101')],
    [1000, hangsUp('b')],
    [2, { saw: 'is cancelled', call: 'c' }],
  );

  it('may leave an agent that shows the caller’s number', () => {
    const out = outLeg('610', { dialMs: 521, answerMs: 1022, hangupMs: 1524 });
    const agent = inLeg('107', '610', { dialMs: 521, answerMs: 1022, hangupMs: 2529 });
    const target = inLeg('106', '106', { dialMs: 1530, hangupMs: 2531, params: { CallerExtension: '107' } });
    expect(wrongIn(story, requestsOf(out, agent, target))).toEqual([]);
  });
});

describe('a click to call to a queue in which the caller’s own extension answers and is redirected', () => {
  const redirect = (call: string, side: 'caller' | 'called') => acts(call, { side, what: 'ami-redirect', to: '602' });
  const story = (agent: string) =>
    storyOf(
      planned(clickToCall('101', '610')),
      [10, isCalled('a', '101', 'C0001', '101')],
      ...answers(500, 'a'),
      [10, isCalled('b', agent, 'C0001', '101')],
      ...answers(500, 'b'),
      [500, redirect('b', 'called')],
      [2, isHungUp('a')],
      [5, isCalled('c', '106', 'C0001', '101')],
      [1000, hangsUp('b')],
      [2, { saw: 'is cancelled', call: 'c' }],
    );
  const legs = (agent: string, target: string) =>
    requestsOf(
      outLeg('610', { dialMs: 521, answerMs: 1022, hangupMs: 1524, atHangup: { CalledExtension: agent } }),
      inLeg(agent, '610', {
        dialMs: 521,
        answerMs: 1022,
        hangupMs: 2529,
        params: agent === '101' ? { CalledDID: '+18005550101' } : {},
      }),
      inLeg('106', target, { dialMs: 1530, hangupMs: 2531 }),
    );

  it('is that one’s call to the number that it was redirected to', () => {
    expect(wrongIn(story('101'), legs('101', '602'))).toEqual([]);
    expect(wrongIn(story('101'), legs('101', '603'))).toEqual(['CalledNumber IN (transferred)']);
    expect(wrongIn(story('107'), legs('107', '602'))).toEqual(['CalledNumber IN (transferred)']);
  });
});

describe('a click to call that another phone picks up', () => {
  const clicked = (asked: readonly string[]): Seen => {
    const plan = { ...planned(clickToCall('102', '647'), { asked }), index: 2, tag: 'C0002' };
    return { at: 0, saw: 'plan', plan };
  };
  const story = storyOf(
    planned(calls('101', '105')),
    [0, makes('p', '103', '*8', { purpose: 'pickup', name: 'C0001p' })],
    [10, { saw: 'is answered', call: 'p', shown: '"C0002" <sip:102@127.0.0.1>' }],
    [10, isCalled('c', '107', 'C0001p', '103')],
    ...answers(500, 'c'),
    [2000, hangsUp('p')],
    [500, isHungUp('c')],
  );
  const picker = { CallerIDNum: '103', CallerIDNam: 'C0001p', CallerExtension: '103' };
  const legs = requestsOf(inLeg('107', '647', { dialMs: 20, hangupMs: 3021, params: picker }));

  it('may ask the phones that it calls then', () => {
    expect(wrongIn([clicked([]), ...story], legs)).toContain('CallStatus IN');
    expect(wrongIn([clicked(['107']), ...story], legs)).not.toContain('CallStatus IN');
  });
});
