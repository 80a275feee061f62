import { expect, test } from '@jest/globals';
import type { TrueLeg } from './busy-pbx.ts';
import { judge } from './judge.ts';
import type { Arrival } from './recording-receiver.ts';
import { Session } from './session.ts';

/** Everything here happens in one millisecond: what is due must not go by the clock. */
const NOW = Date.now();

const leg = (callId: string, more: Partial<TrueLeg> = {}): TrueLeg => ({
  callId,
  extension: '101',
  flow: 'IN',
  dialledAt: NOW,
  ...more,
});

/** The Dial and the Hangup of a leg have arrived. */
function requestsOf({ callId, extension, flow }: TrueLeg): Arrival[] {
  return ['CALLING', 'UNKNOWN'].map((CallStatus) => ({
    at: NOW,
    delivery: `${callId} ${CallStatus}`,
    event: '',
    eventId: `event-${extension}`,
    extension,
    params: { CallID: callId, CallFlow: flow, CallStatus },
    marks: [],
  }));
}

/** A session that listened to the legs from one place to another, and was then lost. */
function session(from: number, to: number, meanwhile: (session: Session) => void = () => undefined): Session {
  const one = new Session(from);
  meanwhile(one);
  one.lost(to);
  return one;
}

const [first, second, third] = [leg('1'), leg('2'), leg('3')];
const legs = [first, second, third];

test('a leg is due when one that began after it arrived from the same session', () => {
  expect(judge(legs, [session(0, 3)], requestsOf(second)).lost).toEqual([
    '1 101 IN: 0 Dial, 0 Hangup (due: yes, it was heard)',
  ]);
});

test('a leg that began before the login is not due for that, nor one that began after the connection was lost', () => {
  expect(judge(legs, [session(1, 2)], requestsOf(second)).lost).toEqual([]);
});

test('what nothing has arrived after may have been unread', () => {
  expect(judge(legs, [session(0, 3)], []).lost).toEqual([]);
  expect(judge(legs, [session(0, 3)], requestsOf(first)).lost).toEqual([]);
});

test('what a ping shows to be read is due, though nothing has arrived', () => {
  const pinged = session(0, 3, (one) => {
    one.pinged(2, 20);
    one.pinged(3, 30);
  });
  expect(judge(legs, [pinged], []).lost).toHaveLength(2);
});

test('a session that goes on is read to its end', () => {
  expect(judge(legs, [new Session(0)], []).lost).toHaveLength(3);
});

test('a leg that rang in a list of channels is due once that was read', () => {
  const listed = (counts: boolean) => session(1, 3, (one) => one.listed(new Set([first]), 2, counts));
  const due = '1 101 IN: 0 Dial, 0 Hangup (due: yes, it rang when the service came back)';
  expect(judge(legs, [listed(true)], [...requestsOf(second), ...requestsOf(third)]).lost).toEqual([due]);
  expect(judge(legs, [listed(true)], requestsOf(second)).lost).toEqual([]);
  expect(judge(legs, [listed(false)], [...requestsOf(second), ...requestsOf(third)]).lost).toEqual([]);
});

test('a leg that was neither heard nor listed while it rang is sent without a reason', () => {
  expect(judge(legs, [session(1, 3)], [first, second].flatMap(requestsOf)).false).toEqual(['1 101 IN']);
});
