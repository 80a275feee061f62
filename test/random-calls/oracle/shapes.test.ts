import { describe, expect, it } from '@jest/globals';
import type { Seen, SeenWithoutTime } from '../phones/story.ts';
import type { Action } from '../plan/plan.ts';
import {
  acts,
  answers,
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
  type SentLeg,
  storyOf,
  unjudgedIn,
  wrongIn,
} from './hand-made.ts';

describe('phones that answer in the same moment', () => {
  const race = (...end: readonly (readonly [number, SeenWithoutTime])[]) =>
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
      ...end,
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
    const story = race([5, isHungUp('c')], [1990, hangsUp('a')], [1, isHungUp('b')]);
    expect(wrongIn(story, requestsOf(out, ...legs('107')))).toEqual([]);
    expect(wrongIn(story, requestsOf(out, ...legs('108')))).toEqual(
      expect.arrayContaining(['CallStatus IN', 'CallStatus IN']),
    );
  });

  it('are not judged where neither talks', () => {
    const story = race([5, hangsUp('a')], [1, isHungUp('b')], [0, isHungUp('c')]);
    const soon = { ...out, hangupMs: 1008 };
    const ended = legs('107').map((leg) => ({ ...leg, hangupMs: 1010 }));
    expect(wrongIn(story, requestsOf(soon, ...ended))).toEqual([]);
    expect(unjudgedIn(story, requestsOf(soon, ...ended))).toEqual(['CallStatus IN', 'CallStatus OUT']);
  });
});

describe('a phone of a group that hangs up in the moment in which another answers', () => {
  it('may have been answered or not', () => {
    const story = storyOf(
      planned(calls('101', '603')),
      [0, makes('a', '101', '603')],
      [10, isCalled('b', '107', 'C0001', '101')],
      [0, isCalled('c', '104', 'C0001', '101')],
      ...answers(490, 'c'),
      [15, hangsUp('c')],
      ...answers(15, 'b'),
      [1, isAnswered('a')],
      [2000, hangsUp('a')],
      [1, isHungUp('b')],
    );
    const out = outLeg('603', { answerMs: 533, hangupMs: 2533 });
    const winner = inLeg('107', '603', { answerMs: 533, hangupMs: 2534 });
    const did = { CalledDID: '+18005550104' };
    for (const answer of [{}, { answerMs: 501 }]) {
      const loser = inLeg('104', '603', { ...answer, hangupMs: 516, params: did });
      expect(wrongIn(story, requestsOf(out, winner, loser))).toEqual([]);
    }
  });
});

describe('a phone that is asked to accept the call', () => {
  const asked = (digit: string) =>
    storyOf(
      planned(calls('101', '656'), { asked: ['106'] }),
      [0, makes('a', '101', '656')],
      [10, isCalled('b', '106', 'C0001', '101')],
      ...answers(500, 'b'),
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

  it('may have answered or not where AMI takes it out of the question', () => {
    const action: Action = {
      side: 'called',
      what: 'ami-redirect',
      to: '104',
      afterMs: 500,
      thenMs: 0,
      fetchedBy: '104',
    };
    const [plan, ...steps] = asked('2');
    const acts: Seen = { at: (steps[4]?.at ?? 0) - 1, saw: 'acts', plan: 1, call: 'b', action, skipped: false };
    const redirected = [plan as Seen, ...steps.slice(0, 4), acts, ...steps.slice(5)];
    const answered = [outLeg('656', { hangupMs: 2911 }), inLeg('106', '656', { answerMs: 510, hangupMs: 2511 })];
    for (const legs of [unanswered, answered]) expect(wrongIn(redirected, requestsOf(...legs))).toEqual([]);
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

describe('what the phones cannot say', () => {
  it('is whether Follow-Me connects its caller with a phone that picks up', () => {
    const story = storyOf(
      planned(calls('101', '661'), { kind: 'follow-me' }),
      [0, makes('a', '101', '661')],
      [10, isCalled('b', '107', 'C0001', '101')],
      [990, makes('c', '108', '**1107', { name: 'C0001p', purpose: 'pickup' })],
      [10, { saw: 'is answered', call: 'c', shown: '"C0001" <sip:101@127.0.0.1>' }],
      [1, { saw: 'is cancelled', call: 'b' }],
      [2000, hangsUp('a')],
      [1, isHungUp('c')],
    );
    const rung = [
      inLeg('107', '661', { hangupMs: 1011 }),
      inLeg('108', '661', { dialMs: 1010, hangupMs: 3012, atHangup: { CallStatus: 'ANSWER' } }),
    ];
    expect(wrongIn(story, requestsOf(outLeg('661', { hangupMs: 3011 }), ...rung))).toEqual([]);
  });

  it('is whose call a pickup took that shows nobody of a plan', () => {
    const story = storyOf(
      planned(calls('101', '105')),
      [0, makes('p', '106', '*8', { purpose: 'pickup', name: 'C0001p' })],
      [10, { saw: 'is answered', call: 'p', shown: '<sip:108@127.0.0.1>' }],
      [1990, hangsUp('p')],
    );
    expect(wrongIn(story, [])).toEqual([]);
    expect(unjudgedIn(story, [])).toEqual(['pickups that do not show whose call they took']);
  });

  it('is whether a phone that rings again in the moment it stops has one leg or two', () => {
    const story = storyOf(
      planned(calls('101', '105')),
      [0, makes('a', '101', '105')],
      [10, isCalled('b', '105', 'C0001', '101')],
      [1000, { saw: 'is cancelled', call: 'b' }],
      [1, isCalled('c', '105', 'C0001', '101')],
      [990, { saw: 'is cancelled', call: 'c' }],
      [1, { saw: 'is refused', call: 'a', status: 480 }],
    );
    const out = outLeg('105', { hangupMs: 2002, params: { CalledExtension: '105' } });
    const one = [out, inLeg('105', '105', { hangupMs: 2001 })];
    const two = [out, inLeg('105', '105', { hangupMs: 1010 }), inLeg('105', '105', { dialMs: 1012, hangupMs: 2001 })];
    expect(wrongIn(story, requestsOf(...one))).toEqual([]);
    expect(wrongIn(story, requestsOf(...two))).toEqual([]);
  });

  it('is whether a click to call went anywhere whose phone hung up before the second was dialled', () => {
    const story = storyOf(
      planned(clickToCall('101', '106', { channel: 'Local/101@ext' })),
      [10, isCalled('a', '101', 'C0001', '101')],
      ...answers(500, 'a'),
      [1, hangsUp('a')],
      [10, isCalled('b', '106', 'C0001', '101')],
      [1, { saw: 'is cancelled', call: 'b' }],
    );
    const rung = inLeg('106', '106', { dialMs: 522, hangupMs: 523 });
    const out = outLeg('106', { dialMs: 515, hangupMs: 516, params: { CalledExtension: '106' } });
    expect(unjudgedIn(story, requestsOf(rung))).toContain('whether a call went anywhere');
    expect(wrongIn(story, requestsOf(rung))).toEqual([]);
    expect(wrongIn(story, requestsOf(rung, out))).toEqual([]);
    const endedFirst = { ...out, atHangup: { CallStatus: 'ANSWER' } };
    expect(wrongIn(story, requestsOf(rung, endedFirst))).toEqual([]);
  });

  it('is whether a click to call shows a number that only an application answers, whomever its first phones forwarded to', () => {
    const story = storyOf(
      planned(clickToCall('102', '620', { channel: 'Local/102@ext/n', way: 'synchronous' })),
      [4, isCalled('a', '102', 'C0001', '102')],
      [0, isCalled('b', '102b', 'C0001', '102')],
      [20, { saw: 'refuses', call: 'b', status: 302 }],
      [5, isCalled('c', '104', 'C0001', '102')],
      ...answers(4, 'a'),
      [3, { saw: 'is cancelled', call: 'c' }],
      [2000, isHungUp('a')],
    );
    expect(wrongIn(story, [])).toEqual([]);
    expect(unjudgedIn(story, [])).toContain('whether a call went anywhere');
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
  it('has one leg where one of them answers, and transfers its caller before the other is cancelled', () => {
    const story = storyOf(
      planned(calls('101', '102')),
      [0, makes('a', '101', '102')],
      [10, isCalled('b', '102b', 'C0001', '101')],
      [1, isCalled('c', '102', 'C0001', '101')],
      ...answers(10, 'b'),
      [0, isAnswered('a')],
      [1, { saw: 'is cancelled', call: 'c' }],
      [2, { saw: 'refers', call: 'b', to: '107' }],
      [0, acts('b', { what: 'refer', to: '107' })],
      [10, isCalled('d', '107', 'C0001', '101', '<sip:C0001@127.0.0.1>')],
      [90, hangsUp('b')],
      ...answers(500, 'd'),
      [1400, hangsUp('a')],
      [1, isHungUp('d')],
    );
    const did = { CalledDID: '+18005550102' };
    const legs = [
      outLeg('102', {
        answerMs: 22,
        hangupMs: 2026,
        params: { CalledExtension: '102', ...did },
        atHangup: { CalledExtension: '107' },
      }),
      inLeg('102', '102', { answerMs: 22, hangupMs: 30, params: did }),
      inLeg('107', '102', { dialMs: 36, answerMs: 626, hangupMs: 2027 }),
    ];
    expect(wrongIn(story, requestsOf(...legs))).toEqual([]);
  });

  it('has one leg where both pick up the same call', () => {
    const shown = '"C0001" <sip:101@127.0.0.1>';
    const story = storyOf(
      planned(calls('101', '105')),
      [0, makes('a', '101', '105')],
      [10, isCalled('b', '105', 'C0001', '101')],
      [490, makes('p', '102', '*8', { purpose: 'pickup', name: 'C0001p' })],
      [1, makes('q', '102b', '*8', { purpose: 'pickup', name: 'C0001p', from: '102' })],
      [9, { saw: 'is answered', call: 'p', shown }],
      [1, { saw: 'is answered', call: 'q', shown }],
      [0, { saw: 'is cancelled', call: 'b' }],
      [0, isAnswered('a')],
      [15, isHungUp('q')],
      [2000, hangsUp('p')],
      [1, isHungUp('a')],
    );
    const did = { CalledDID: '+18005550102' };
    const out = outLeg('105', { answerMs: 511, hangupMs: 2527, params: { CalledExtension: '105' } });
    const legs = [
      { ...out, atHangup: { CalledExtension: '102', ...did } },
      inLeg('105', '105', { hangupMs: 511 }),
      inLeg('102', '105', { dialMs: 510, answerMs: 511, hangupMs: 2526, params: did }),
    ];
    expect(wrongIn(story, requestsOf(...legs))).toEqual([]);
  });

  it.each([
    [
      'without the transferrer',
      isCalled('c', '102', '', '915550001', '<sip:C0001@127.0.0.1>'),
      '<sip:915550001@127.0.0.1>',
    ],
    ['by the party in its place', isCalled('c', '102', 'C0001b', '101'), '"C0001" <sip:106@127.0.0.1>'],
  ])('has one leg where it picks up its own call, which the answer shows %s', (_, rung, shown) => {
    const story = storyOf(
      planned(calls('101', '915550001')),
      [0, makes('a', '101', '915550001')],
      [10, rung],
      [490, makes('p', '102b', '*8', { purpose: 'pickup', name: 'C0002p', from: '102' })],
      [10, { saw: 'is answered', call: 'p', shown }],
      [20, { saw: 'is cancelled', call: 'c' }],
      [1970, hangsUp('p')],
    );
    const rungLeg = inLeg('102', '102', { answerMs: 510, hangupMs: 2500, params: { CalledDID: '+18005550102' } });
    const wrong = wrongIn(story, requestsOf(rungLeg));
    expect(wrong).not.toContain('CallStatus IN');
    expect(wrong).not.toContain('moment of the Hangup IN');
    const tooEarly = { ...rungLeg, hangupMs: 530 };
    expect(wrongIn(story, requestsOf(tooEarly))).toContain('moment of the Hangup IN');
  });

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

describe('a caller who cancels just before a phone answers', () => {
  const story = (afterMs: number) =>
    storyOf(
      planned(calls('101', '106')),
      [0, makes('a', '101', '106')],
      [10, isCalled('b', '106', 'C0001', '101')],
      [490, { saw: 'cancels', call: 'a' }],
      [1, { saw: 'is refused', call: 'a', status: 487 }],
      ...answers(afterMs, 'b'),
      [30, isHungUp('b')],
    );
  const legs = (afterMs: number) => {
    const times = { answerMs: 502 + afterMs, hangupMs: 532 + afterMs };
    return requestsOf(outLeg('106', { ...times, params: { CalledExtension: '106' } }), inLeg('106', '106', times));
  };

  it('was answered where a busy PBX has not seen that yet', () => {
    expect(wrongIn(story(20), legs(20))).toEqual([]);
    expect(unjudgedIn(story(20), legs(20))).toContain('CallStatus OUT');
    expect(wrongIn(story(90), legs(90))).toContain('CallStatus OUT');
  });
});

describe('a caller who cancels at once', () => {
  const story = (number: string) =>
    storyOf(
      planned(calls('101', number)),
      [0, makes('a', '101', number)],
      [8, { saw: 'cancels', call: 'a' }],
      [1, { saw: 'is refused', call: 'a', status: 487 }],
    );

  it('may have called behind a Local channel, where no phone was rung yet', () => {
    const legs = (number: string) => requestsOf(outLeg(number, { hangupMs: 10 }));
    expect(wrongIn(story('611'), legs('611'))).toEqual([]);
    expect(wrongIn(story('611'), [])).toEqual([]);
    expect(wrongIn(story('601'), legs('601'))).toEqual(['no Dial-Out for a call that went nowhere']);
  });
});

describe('an INVITE with Replaces that comes in the moment in which another phone answers', () => {
  const story = (lastsMs: number) =>
    storyOf(
      planned(calls('101', '601')),
      [0, makes('a', '101', '601')],
      [10, isCalled('b', '107', 'C0001', '101')],
      [0, isCalled('c', '108', 'C0001', '101')],
      [988, makes('p', '106', '108', { purpose: 'replaces', name: 'C0001p', takes: 'c' })],
      ...answers(1, 'b'),
      [1, { saw: 'is cancelled', call: 'c' }],
      [0, isAnswered('p')],
      [1, isAnswered('a')],
      [lastsMs, isHungUp('p')],
      [2000 - lastsMs, hangsUp('a')],
      [1, isHungUp('b')],
    );
  const times = { answerMs: 1000, hangupMs: 3002 };
  const legs = requestsOf(
    outLeg('601', { ...times, atHangup: { CalledExtension: '107' } }),
    inLeg('107', '601', times),
    inLeg('108', '601', { hangupMs: 1001 }),
  );

  it('has picked up nothing where the PBX hangs up on it at once', () => {
    expect(wrongIn(story(5), legs)).toEqual([]);
    expect(unjudgedIn(story(5), legs)).toContain('pickups that were hung up at once');
    expect(wrongIn(story(500), legs)).toContain('a Dial-In for a phone that is rung');
  });
});

describe('a queue that answers, and whose caller hangs up at once', () => {
  const story = (...rung: Parameters<typeof storyOf>[1][]) =>
    storyOf(
      planned(calls('101', '612')),
      [0, makes('a', '101', '612')],
      [70, isAnswered('a')],
      [170, hangsUp('a')],
      ...rung,
    );
  const out = (more: Partial<SentLeg>) => requestsOf(outLeg('612', { dialMs: 75, hangupMs: 240, ...more }));

  it('has answered as an application, unless a busy PBX rings a phone yet', () => {
    const answeredByNobody = out({ atHangup: { CallStatus: 'ANSWER' } });
    expect(wrongIn(story(), answeredByNobody)).toEqual([]);
    expect(wrongIn(story(), out({}))).toEqual(['CallStatus OUT']);
    const late = story([110, isCalled('b', '107', 'C0001', '101')], [30, { saw: 'is cancelled', call: 'b' }]);
    const rung = inLeg('107', '612', { dialMs: 350, hangupMs: 380 });
    expect(wrongIn(late, [...out({}), ...requestsOf({ ...rung, params: { ...rung.params, LegID: 'leg-9' } })])).toEqual(
      [],
    );
  });
});

describe('phones of one extension that a busy PBX rings one after the other', () => {
  const story = (afterMs: number) =>
    storyOf(
      planned(calls('101', '102')),
      [0, makes('a', '101', '102')],
      [10, isCalled('b', '102', 'C0001', '101')],
      [90, { saw: 'refuses', call: 'b', status: 486 }],
      [afterMs, isCalled('c', '102b', 'C0001', '101')],
      ...answers(1000, 'c'),
      [0, isAnswered('a')],
      [2000, hangsUp('a')],
      [1, isHungUp('c')],
    );
  const legs = (afterMs: number) => {
    const times = { answerMs: 1101 + afterMs, hangupMs: 3102 + afterMs };
    const did = { CalledDID: '+18005550102' };
    const params = { CalledExtension: '102', ...did };
    return requestsOf(outLeg('102', { ...times, params }), inLeg('102', '102', { ...times, params: did }));
  };

  it('have one leg or two', () => {
    expect(wrongIn(story(60), legs(60))).toEqual([]);
    expect(wrongIn(story(300), legs(300))).toContain('a Dial-In for a phone that is rung');
  });
});
