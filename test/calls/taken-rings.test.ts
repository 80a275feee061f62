import { expect, it } from '@jest/globals';
import { type ChannelSnapshot, DOWN, RING, RINGING, UP } from '../../src/ami/ami-events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';

/*
 * A phone stops ringing for a caller with no DialEnd, and another phone that went Up with no dial meets that caller:
 * the other phone has taken the call (INVITE with Replaces out of a queue), if that is a moment later. Fixtures with
 * the whole of it: pickup-by-replaces-out-of-queue, pickup-of-queue-call.
 */

const numbers = ['101', '102', '103', '104', '105', '106', '107', '108'];
const directory = directoryOf(Object.fromEntries(numbers.map((number) => [number, { channels: [`PJSIP/${number}`] }])));

/** What an event shows of the phone of an extension, in a call of its own unless another one is named. */
function shown(number: string, state: number, exten: string, linkedid = `1.${number}`): ChannelSnapshot {
  return {
    channel: `PJSIP/${number}-00000001`,
    uniqueid: `1.${number}`,
    linkedid,
    state,
    callerIdNum: number,
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten,
  };
}

/**
 * 101 calls 102, whose phone stops ringing at 2 s; 103, Up since 1.9 s, meets 101 so long after that; others go Up
 * meanwhile.
 */
function takenAfter(ms: number, clockSetBy = 0): string[] {
  const emitted: string[] = [];
  const onCallEvent = ({ event, leg }: CallEvent) => emitted.push(`${event} ${leg.extension}`);
  const tracker = new Tracker({ directory, onCallEvent });
  const caller = shown('101', RING, '600');
  const rung = shown('102', RINGING, '', caller.linkedid);
  const goesUp = (number: string, at: number) => [
    { event: 'Newchannel' as const, ...shown(number, RING, '700'), at },
    { event: 'Newstate' as const, ...shown(number, UP, '700'), at },
  ];
  const answered = { ...caller, state: UP };
  const events = [
    { event: 'Newchannel' as const, ...caller, at: 1000 },
    { event: 'Newchannel' as const, ...rung, state: DOWN, at: 1000 },
    { event: 'DialBegin' as const, source: caller, dest: rung, at: 1000 },
    { event: 'Newstate' as const, ...answered, at: 1000 },
    ...goesUp('103', 1900),
    { event: 'Hangup' as const, ...rung, cause: 26, causeText: '', at: 2000 },
    ...goesUp('104', 2400),
    ...goesUp('105', 3000),
  ].filter(({ at }) => at <= 2000 + ms);
  for (const event of events) tracker.apply(event);
  if (clockSetBy !== 0) tracker.apply({ event: 'ClockSet', by: clockSetBy });
  const picker = ms < 600 ? shown('103', UP, '700') : shown('105', UP, '700');
  const bridge = { bridge: 'b', bridgeType: 'basic', technology: 'simple_bridge', creator: '' };
  for (const one of [answered, picker])
    tracker.apply({ event: 'BridgeEnter', ...one, ...bridge, at: 2000 + ms + clockSetBy });
  return emitted;
}

it('is a pickup when that is a moment later', () => {
  expect(takenAfter(500)).toEqual(expect.arrayContaining(['dial-in 103', 'answer-in 103']));
});

it('is a pickup when the clock was set in that moment', () => {
  expect(takenAfter(500, 3_600_000)).toEqual(expect.arrayContaining(['dial-in 103', 'answer-in 103']));
});

it('is a call of its own when it is long after', () => {
  const emitted = takenAfter(1100);
  expect(emitted).toContain('dial-out 105');
  expect(emitted).not.toContain('dial-in 105');
});
