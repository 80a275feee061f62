import { describe, expect, it } from '@jest/globals';
import {
  acts,
  answeredCall,
  answers,
  blindTransfer,
  calls,
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
  unjudgedIn,
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

describe('a consultation that is completed in the moment in which the first party answers', () => {
  const story = storyOf(
    planned(calls('101', '106')),
    [0, makes('a', '101', '106')],
    [10, isCalled('b', '106', 'C0001', '101')],
    [490, { saw: 'answers', call: 'b' }],
    [1, { saw: 'refers', call: 'a', to: '107' }],
    [0, acts('a', { side: 'caller', what: 'refer', to: '107' })],
    [1, { saw: 'is acknowledged', call: 'b' }],
    [9, hangsUp('a')],
    [2000, hangsUp('b')],
  );

  it('may have been answered before that, or after', () => {
    const rung = inLeg('106', '106', { answerMs: 501, hangupMs: 2511 });
    for (const answer of [{}, { answerMs: 501 }]) {
      const out = outLeg('106', { ...answer, hangupMs: 511, params: { CalledExtension: '106' } });
      expect(wrongIn(story, requestsOf(out, rung))).toEqual([]);
    }
  });
});

describe('a blind transfer to the phone that transfers', () => {
  const story = answeredCall(
    [499, { saw: 'refers', call: 'b', to: '106' }],
    [0, acts('b', { what: 'refer', to: '106' })],
    [10, isCalled('c', '106', 'C0001', '101', '<sip:C0001@127.0.0.1>')],
    [90, hangsUp('b')],
    ...answers(500, 'c'),
    [1400, hangsUp('a')],
    [1, isHungUp('c')],
  );
  const out = outLeg('106', { answerMs: 501, hangupMs: 3001, params: { CalledExtension: '106' } });

  it('may join the leg that is open', () => {
    const joined = inLeg('106', '106', { answerMs: 501, hangupMs: 1002 });
    expect(wrongIn(story, requestsOf(out, joined))).toEqual([]);
    expect(unjudgedIn(story, requestsOf(out, joined))).toContain('phones transferred to themselves');
  });
});

describe('a phone that fetches a parked call and is transferred', () => {
  const story = answeredCall(
    [499, acts('b', { what: 'park', to: '700' })],
    [0, { saw: 'refers', call: 'b', to: '700' }],
    [90, hangsUp('b')],
    [500, makes('c', '108', '701', { name: 'C0001f', purpose: 'fetch' })],
    [10, isAnswered('c')],
    [500, acts('a', { what: 'code-blind', to: '107' })],
    [10, isCalled('d', '107', 'C0001f', '108')],
    [10, hangsUp('a')],
    [880, hangsUp('c')],
    [1, { saw: 'is cancelled', call: 'd' }],
  );

  it('is the caller of the target', () => {
    const fetcher = { CallerIDNum: '108', CallerIDNam: 'C0001f', CallerExtension: '108' };
    const fetching = { extension: '108', dialMs: 1610, answerMs: 1611, hangupMs: 2999, params: fetcher };
    const legs = [
      outLeg('106', { answerMs: 501, hangupMs: 2119, params: { CalledExtension: '106' } }),
      inLeg('106', '106', { answerMs: 501, hangupMs: 1002 }),
      outLeg('701', fetching),
    ];
    const target = inLeg('107', '701', { dialMs: 2110, hangupMs: 3000, params: fetcher });
    expect(wrongIn(story, requestsOf(...legs, target))).toEqual([]);
    const others = { ...target, params: { ...target.params, CallerExtension: '101', CalledNumber: '106' } };
    expect(wrongIn(story, requestsOf(...legs, others))).toEqual([
      'CallerExtension IN (transferred)',
      'CalledNumber IN (transferred)',
    ]);
  });
});

describe('a phone that fetches a parked call twice', () => {
  const story = answeredCall(
    [400, acts('b', { what: 'park', to: '700' })],
    [99, makes('c', '108', '701', { name: 'C0001f', purpose: 'fetch' })],
    [10, isAnswered('c')],
    [200, makes('d', '108', '701', { name: 'C0001f', purpose: 'fetch' })],
    [10, isAnswered('d')],
    [1000, hangsUp('c')],
    [10, hangsUp('d')],
    [10, hangsUp('a')],
    [1, isHungUp('b')],
  );

  it('makes two calls', () => {
    const fetcher = { extension: '108', params: { CallerIDNum: '108', CallerIDNam: 'C0001f', CallerExtension: '108' } };
    const legs = [
      outLeg('106', {
        answerMs: 501,
        hangupMs: 2240,
        params: { CalledExtension: '106' },
        atHangup: { CalledExtension: '106' },
      }),
      inLeg('106', '106', { answerMs: 501, hangupMs: 2241 }),
      outLeg('701', { ...fetcher, dialMs: 1010, answerMs: 1011, hangupMs: 2220 }),
    ];
    const second = outLeg('701', { ...fetcher, dialMs: 1971, answerMs: 1971, hangupMs: 2230 });
    expect(wrongIn(story, requestsOf(...legs, second))).toEqual([]);
    expect(wrongIn(story, requestsOf(...legs))).toEqual(['one Dial-Out for a call that is made']);
  });
});

describe('a consultation by feature code that was transferred itself', () => {
  const story = answeredCall(
    [99, acts('b', { what: 'code-consult', to: '611' })],
    [900, acts('b', { what: 'ami-blind', to: '603' })],
    [10, isCalled('c', '107', '', '105')],
    [90, { saw: 'is cancelled', call: 'c' }],
    [1400, hangsUp('a')],
    [1, isHungUp('b')],
  );
  const out = outLeg('106', { answerMs: 501, hangupMs: 3000, params: { CalledExtension: '106' } });
  const rung = inLeg('107', '603', { dialMs: 1510, hangupMs: 1600, params: { CallerIDNum: '105', CallerIDNam: '' } });
  const { CallerExtension: _nobody, ...params } = rung.params;

  it('may ring phones for nobody', () => {
    const legs = [out, inLeg('106', '106', { answerMs: 501, hangupMs: 3001 })];
    expect(wrongIn(story, requestsOf(...legs, { ...rung, params }))).toEqual([]);
    expect(wrongIn(story, requestsOf(...legs, rung))).toEqual(['CallerExtension IN of a transferred party']);
  });
});

describe('a consultation by feature code that nobody answers', () => {
  const story = answeredCall(
    [99, acts('b', { what: 'code-consult', to: '107' })],
    [500, isCalled('c', '107', 'C0001', '106')],
    [100, hangsUp('b')],
    [4000, { saw: 'is cancelled', call: 'c' }],
    [1, isCalled('d', '106', '', '107')],
    [1, { saw: 'refuses', call: 'd', status: 480 }],
    [1000, hangsUp('a')],
  );

  it('rings the transferrer again, whose phone does not show for whom', () => {
    const legs = [
      outLeg('106', { answerMs: 501, hangupMs: 6202, params: { CalledExtension: '106' } }),
      inLeg('106', '106', { answerMs: 501, hangupMs: 1200 }),
      inLeg('107', '107', { dialMs: 1100, hangupMs: 5200, params: { CallerIDNum: '106', CallerExtension: '106' } }),
    ];
    expect(wrongIn(story, requestsOf(...legs))).toEqual([]);
    expect(unjudgedIn(story, requestsOf(...legs))).toContain('transferrers that are rung again');
  });
});

describe('a party that was called and is transferred', () => {
  const story = storyOf(
    planned(calls('101', '915550001')),
    [0, makes('a', '101', '915550001')],
    [10, isCalled('b', 'trunk', 'C0001', '101')],
    ...answers(490, 'b'),
    [0, isAnswered('a')],
    [499, { saw: 'refers', call: 'a', to: '107' }],
    [0, acts('a', { side: 'caller', what: 'refer', to: '107' })],
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

describe('a caller who transfers his party to himself, and is redirected to himself there', () => {
  const story = (to: string) =>
    storyOf(
      planned(calls('101', '106')),
      [0, makes('a', '101', '106')],
      [10, isCalled('b', '106', 'C0001', '101')],
      ...answers(490, 'b'),
      [0, isAnswered('a')],
      [499, { saw: 'refers', call: 'a', to: '101' }],
      [0, acts('a', { side: 'caller', what: 'refer', to: '101' })],
      [10, isCalled('c', '101', '', '106', '<sip:C0001@127.0.0.1>')],
      ...answers(489, 'c'),
      [10, hangsUp('a')],
      [490, acts('c', { side: 'target', what: 'ami-redirect', to })],
      [1, isHungUp('b')],
      [9, isCalled('d', '101', 'C0001', '101', '<sip:C0001@127.0.0.1>')],
      [500, { saw: 'refuses', call: 'd', status: 603 }],
      [2, isHungUp('c')],
    );
  const own = { CalledDID: '+18005550101' };
  const legs = requestsOf(
    outLeg('106', { answerMs: 501, hangupMs: 1510, params: { CalledExtension: '106' } }),
    inLeg('106', '106', { answerMs: 501, hangupMs: 2001 }),
    inLeg('101', '101', {
      dialMs: 1010,
      answerMs: 1500,
      hangupMs: 2512,
      params: { ...own, CallerIDNum: '106', CallerIDNam: '', CallerExtension: '106' },
    }),
  );
  const missing = 'a Dial-In for a phone that is rung (transferred)';

  it('may join the leg that is open', () => {
    expect(wrongIn(story('101'), legs)).not.toContain(missing);
    expect(wrongIn(story('602'), legs)).toContain(missing);
  });
});
