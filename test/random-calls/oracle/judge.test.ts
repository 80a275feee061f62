import { describe, expect, it } from '@jest/globals';
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
import { judge } from './judge.ts';

/** 101 calls 102, which answers after a second; 101 hangs up two seconds later. */
const answered = storyOf(
  planned(calls('101', '102', "C0001 O'Neil")),
  [0, makes('a', '101', '102', { name: "C0001 O'Neil" })],
  [10, isCalled('b', '102', "C0001 O'Neil", '101')],
  [40, { saw: 'rings', call: 'b' }],
  [950, { saw: 'answers', call: 'b' }],
  [1, { saw: 'is acknowledged', call: 'b' }],
  [1, { saw: 'is answered', call: 'a', shown: '<sip:102@127.0.0.1>' }],
  [2000, { saw: 'hangs up', call: 'a' }],
  [2, { saw: 'is hung up', call: 'b' }],
);
const CALLER = { CallerIDNum: '101', CallerIDNam: "C0001 O'Neil", CallerExtension: '101' };
const OUT: SentLeg = {
  extension: '101',
  flow: 'OUT',
  dialMs: 8,
  answerMs: 1001,
  hangupMs: 3003,
  params: { ...CALLER, CalledExtension: '102', CalledNumber: '102', CalledDID: '+18005550102' },
};
const IN: SentLeg = {
  ...OUT,
  extension: '102',
  flow: 'IN',
  dialMs: 9,
  hangupMs: 3004,
};

const changed = (leg: SentLeg, params: Record<string, string>): SentLeg => ({
  ...leg,
  params: { ...leg.params, ...params },
});
const without = (leg: SentLeg, name: string): SentLeg => {
  const { [name]: _left, ...params } = leg.params;
  return { ...leg, params };
};
const unanswered = ({ answerMs: _answer, ...leg }: SentLeg): SentLeg => leg;

describe('an answered call', () => {
  it('is right with one leg for each phone', () => {
    const { tally, failed, legs } = judge(answered, requestsOf(OUT, IN));
    expect(tally.wrong).toEqual([]);
    expect([...tally.unjudged.keys()]).toEqual([]);
    expect(tally.compared).toBeGreaterThan(25);
    expect([failed, legs]).toEqual([0, 2]);
  });

  it.each<[string, SentLeg[]]>([
    ['a Dial-In for a phone that is rung', [OUT]],
    ['one Dial-Out for a call that is made', [IN]],
    ['CallerIDNum IN', [OUT, changed(IN, { CallerIDNum: '102' })]],
    ['CallerIDNam IN, escaped', [OUT, changed(IN, { CallerIDNam: "C0001 O\\'Neil" })]],
    ['CallerIDNam OUT', [changed(OUT, { CallerIDNam: 'C0001' }), IN]],
    ['CallerExtension IN', [OUT, without(IN, 'CallerExtension')]],
    ['CalledNumber IN', [OUT, changed(IN, { CalledNumber: 's' })]],
    ['CalledNumber OUT', [changed(OUT, { CalledNumber: '102102' }), IN]],
    ['CalledDID IN', [OUT, without(IN, 'CalledDID')]],
    ['CalledDID OUT', [without(OUT, 'CalledDID'), IN]],
    ['CallStatus IN', [OUT, unanswered(IN)]],
    ['CallStatus OUT', [unanswered(OUT), IN]],
    ['CalledExtension OUT at the Hangup', [{ ...OUT, atHangup: { CalledExtension: '103' } }, IN]],
    ['Dial-Out before Dial-In', [{ ...OUT, dialMs: 12 }, IN]],
    ['one CallID for a call', [OUT, changed(IN, { CallID: '1.2' })]],
    ['moment of the Hangup IN', [OUT, { ...IN, hangupMs: 5000 }]],
    ['moment of the Hangup OUT', [{ ...OUT, hangupMs: 1500 }, IN]],
    ['Hangup repeats the Dial', [OUT, { ...IN, atHangup: { CallerIDNum: '' } }]],
    [
      'a Dial-In that no phone saw',
      [OUT, IN, { ...IN, extension: '103', params: { ...IN.params, CalledExtension: '103' } }],
    ],
    [
      'a Dial-Out that no phone made',
      [OUT, IN, { ...OUT, extension: '103', params: { ...OUT.params, CallerIDNum: '103' } }],
    ],
    ['no leg of a phone that nobody calls', [OUT, IN, { ...IN, extension: '111' }]],
  ])('is wrong: %s', (kind, legs) => {
    expect(wrongIn(answered, requestsOf(...legs))).toContain(kind);
  });

  it('is wrong without a Hangup, or with two of a request', () => {
    const { hangupMs: _never, ...open } = IN;
    expect(wrongIn(answered, requestsOf(OUT, open))).toEqual(['one Dial, one Hangup']);
    const requests = requestsOf(OUT, IN);
    expect(wrongIn(answered, [...requests, ...requests.slice(0, 1)])).toEqual(['delivered once']);
  });

  it('is not judged while the service was down, and what is sent twice then is right', () => {
    const [plan, ...rest] = answered;
    const down = [
      ...(plan ? [plan] : []),
      ...rest.slice(0, 3),
      { at: rest[2]?.at ?? 0, saw: 'the service is killed' as const },
      { at: (rest[2]?.at ?? 0) + 500, saw: 'the service is back' as const },
      ...rest.slice(3),
    ];
    const requests = requestsOf(OUT);
    expect(wrongIn(down, [...requests, ...requests.slice(0, 1)])).toEqual([]);
    expect(unjudgedIn(down, requests)).toEqual([
      'phones rung while the service was down',
      'calls made while the service was down',
    ]);
  });
});

describe('a caller who gives up as the PBX answers by itself', () => {
  const gaveUp = (number: string) =>
    storyOf(
      planned(calls('101', number)),
      [0, makes('a', '101', number)],
      [1, { saw: 'cancels', call: 'a' }],
      [2, { saw: 'is refused', call: 'a', status: 487 }],
    );
  const leg = (number: string): SentLeg => ({
    extension: '101',
    flow: 'OUT',
    dialMs: 3,
    hangupMs: 3,
    params: { CallerIDNum: '101', CallerIDNam: 'C0001', CallerExtension: '101', CalledNumber: number },
  });

  it('may have been answered by it or not; elsewhere he called nobody', () => {
    expect(wrongIn(gaveUp('612'), requestsOf(leg('612')))).toEqual([]);
    expect(wrongIn(gaveUp('612'), [])).toEqual([]);
    expect(wrongIn(gaveUp('555'), requestsOf(leg('555')))).toEqual(['no Dial-Out for a call that went nowhere']);
  });
});

describe('a call from outside', () => {
  const outside = storyOf(
    planned({ how: 'phone', phone: 'trunk', number: '18005550105', name: '', from: '+14155550001' }),
    [0, makes('a', 'trunk', '18005550105', { name: '', from: '+14155550001' })],
    [10, isCalled('b', '105', '', '+14155550001')],
    [4000, { saw: 'is cancelled', call: 'b' }],
    [1, { saw: 'is refused', call: 'a', status: 480 }],
  );
  const leg: SentLeg = {
    extension: '105',
    flow: 'IN',
    dialMs: 9,
    hangupMs: 4010,
    params: {
      CallerIDNum: '+14155550001',
      CalledExtension: '105',
      CalledNumber: '18005550105',
      CalledDID: '18005550105',
    },
  };

  it('has the number dialled as CalledDID, and no leg of the caller', () => {
    expect(wrongIn(outside, requestsOf(leg))).toEqual([]);
    expect(wrongIn(outside, requestsOf(without(leg, 'CalledDID')))).toEqual(['CalledDID IN']);
  });
});
