import { expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { type Sample, sampleEvent, sampleLike } from '../../src/views/sample-event.ts';

const sample = (more: Partial<Sample> = {}): Sample => ({
  event: 'hangup',
  extension: '101',
  at: 5,
  ...more,
});

const real = (more: Partial<Sample>, caller: string): CallEvent => {
  const event = sampleEvent(sample({ ...more, at: 1 }));
  return { ...event, params: { ...event.params, CallID: '1700000000.1', CallerIDNum: caller } };
};

it('a sample like a real call has its values, and an id of its own', () => {
  const known = [real({ event: 'dial-in' }, '+1'), real({ extension: '102' }, '+2'), real({ isAnswered: false }, '+3')];
  const like = sampleLike(sample({ isAnswered: false }), known);
  expect(like?.params).toMatchObject({ CallID: '1700000000.1', CallerIDNum: '+3', CallStatus: 'UNKNOWN' });
  expect(like?.leg).toMatchObject({ extension: '101', uniqueid: 'test-5' });
  // As it ended.
  expect(sampleLike(sample(), known)?.params).toMatchObject({ CallerIDNum: '+3', CallStatus: 'UNKNOWN' });
  expect(sampleLike(sample({ isAnswered: true }), known)?.params).toMatchObject({ CallStatus: 'ANSWER' });
});

it('an event that the call did not have is made from what it had', () => {
  const known = [real({ event: 'dial-in' }, '+1')];
  expect(sampleLike(sample({ event: 'missed' }), known)).toMatchObject({
    event: 'missed',
    params: { CallerIDNum: '+1', CallStatus: 'UNKNOWN', CallFlow: 'IN' },
    details: { talkMs: 0 },
  });
});

it('no sample is made of the part of another extension, or of one that called', () => {
  const known = [real({ extension: '102' }, '+2'), real({ event: 'dial-out' }, '101')];
  expect(sampleLike(sample({ event: 'dial-in' }), known)).toBeUndefined();
  expect(sampleLike(sample({ event: 'dial-out', extension: '103' }), known)).toBeUndefined();
});
