import { describe, expect, it } from '@jest/globals';
import type { Arrival } from '../../faults/recording-receiver.ts';
import type { Seen, SeenWithoutTime } from '../phones/story.ts';
import type { Added } from '../settings.ts';
import {
  blindTransfer,
  hangsUp,
  inLeg,
  isAnswered,
  isCalled,
  makes,
  outLeg,
  planned,
  requestsOf,
  type SentLeg,
  storyOf,
} from './hand-made.ts';
import { judge } from './judge.ts';

/** Somebody calls in on the queue 610, which rings 107; who gives up after three seconds. */
const NUMBER = '+14155550001';
const story = storyOf(
  planned({ how: 'phone', phone: 'trunk', number: '18005550610', name: '', from: NUMBER }),
  [0, makes('a', 'trunk', '18005550610', { name: '', from: NUMBER })],
  [10, isCalled('b', '107', '', NUMBER)],
  [3000, { saw: 'is cancelled', call: 'b' }],
  [1, { saw: 'is refused', call: 'a', status: 487 }],
);
const params = { CallerIDNum: NUMBER, CalledNumber: '18005550610', CalledDID: '18005550610' };
const leg = (extension: string, more: Partial<SentLeg> = {}): SentLeg => ({
  extension,
  flow: 'IN',
  dialMs: 9,
  hangupMs: 3010,
  params: { ...params, CalledExtension: extension },
  ...more,
});

/** The same request once more, as a Missed after the Hangup. */
function missed(arrivals: readonly Arrival[]): Arrival[] {
  const hangup = arrivals.find(({ event, extension }) => event === 'hangup' && extension === '107');
  return hangup ? [...arrivals, { ...hangup, event: 'missed', delivery: 'msg_missed' }] : [...arrivals];
}

const wrong = (arrivals: readonly Arrival[], added: Added[], of: readonly Seen[] = story) =>
  judge(of, arrivals, added).tally.wrong.map(({ kind }) => kind);

describe('a missed call', () => {
  it('is missed once by each extension that was rung, after its Hangup', () => {
    const requests = requestsOf(leg('107'));
    expect(wrong(missed(requests), ['missed'])).toEqual([]);
    expect(wrong(requests, ['missed'])).toEqual(['Missed']);
    expect(wrong(requests, [])).toEqual([]);
    const early = missed(requests).reverse();
    expect(wrong(early, ['missed'])).toContain('Missed after the Hangup');
  });
});

describe('a missed call after a transfer', () => {
  const transferred = blindTransfer([1900, hangsUp('a')], [1, { saw: 'is cancelled', call: 'c' }]);
  const requests = requestsOf(
    outLeg('106', { answerMs: 501, hangupMs: 3001, params: { CalledExtension: '106' } }),
    inLeg('106', '106', { answerMs: 501, hangupMs: 1102 }),
    inLeg('107', '106', { dialMs: 1011, hangupMs: 3002 }),
  );

  it('is that of the target who did not answer, and not of who did', () => {
    expect(wrong(missed(requests), ['missed'], transferred)).toEqual([]);
    expect(wrong(requests, ['missed'], transferred)).toEqual(['Missed (transferred)']);
    const ofAnswered = requests.find(({ event, extension }) => event === 'hangup' && extension === '106') as Arrival;
    const both = [...missed(requests), { ...ofAnswered, event: 'missed', delivery: 'msg_other' }];
    expect(wrong(both, ['missed'], transferred)).toContain('Missed (transferred, answered)');
  });
});

describe('a call after a transfer that a phone of another plan picks up', () => {
  const pickup: SeenWithoutTime = {
    ...(makes('d', '103', '**1107', { name: 'C0002p', purpose: 'pickup' }) as Extract<
      SeenWithoutTime,
      { saw: 'calls' }
    >),
    plan: 2,
  };
  const pickedUp = blindTransfer(
    [500, pickup],
    [10, { saw: 'is answered', call: 'd', shown: '"C0001" <sip:101@127.0.0.1>' }],
    [1, { saw: 'is cancelled', call: 'c' }],
    [1300, hangsUp('a')],
    [1, { saw: 'is hung up', call: 'd' }],
  );

  it('was missed by nobody', () => {
    const requests = requestsOf(
      outLeg('106', { answerMs: 501, hangupMs: 2911, params: { CalledExtension: '106' } }),
      inLeg('106', '106', { answerMs: 501, hangupMs: 1102 }),
      inLeg('107', '106', { dialMs: 1011, hangupMs: 1611 }),
      inLeg('103', '106', { dialMs: 1610, answerMs: 1610, hangupMs: 2912, params: { CalledDID: '+18005550103' } }),
    );
    expect(wrong(requests, ['missed'], pickedUp)).toEqual([]);
    expect(wrong(missed(requests), ['missed'], pickedUp)).toEqual(['Missed (transferred, answered)']);
  });

  it('may have been picked up by a phone that does not show whose call it took', () => {
    const unseen = pickedUp.map((seen) =>
      seen.saw === 'is answered' && seen.call === 'd' ? { ...seen, shown: '' } : seen,
    );
    const requests = requestsOf(
      outLeg('106', { answerMs: 501, hangupMs: 2911, params: { CalledExtension: '106' } }),
      inLeg('106', '106', { answerMs: 501, hangupMs: 1102 }),
      inLeg('107', '106', { dialMs: 1011, hangupMs: 1611 }),
    );
    for (const arrivals of [requests, missed(requests)]) expect(wrong(arrivals, ['missed'], unseen)).toEqual([]);
  });
});

describe('a line', () => {
  it('has one leg for everybody who calls in', () => {
    expect(wrong(requestsOf(leg('107'), leg('900')), ['line'])).toEqual([]);
    expect(wrong(requestsOf(leg('107')), ['line'])).toEqual(['one leg of the line']);
    expect(wrong(requestsOf(leg('107'), leg('900', { answerMs: 500 })), ['line'])).toEqual(['CallStatus of the line']);
  });

  it('may have been answered by an agent who waits on the phone, whom it does not ring', () => {
    const dialled = '18005550614';
    const pool = storyOf(
      planned({ how: 'phone', phone: 'trunk', number: dialled, name: '', from: NUMBER }),
      [0, makes('a', 'trunk', dialled, { name: '', from: NUMBER })],
      [3000, isAnswered('a')],
      [1000, hangsUp('a')],
    );
    const called = { ...params, CalledNumber: dialled, CalledDID: dialled, CalledExtension: '900' };
    const answered = requestsOf(leg('900', { answerMs: 3000, hangupMs: 4000, params: called }));
    expect(wrong(answered, ['line', 'missed'], pool)).toEqual([]);
  });
});

describe('a queue', () => {
  it('has one leg for everybody who comes into it', () => {
    expect(wrong(requestsOf(leg('107'), leg('910')), ['queue'])).toEqual([]);
    expect(wrong(requestsOf(leg('107'), leg('910'), leg('910')), ['queue'])).toEqual(['one leg of the queue']);
  });
});
