import { expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;

const channel = (name: string, uniqueid: string, state: number, exten: string) => ({
  channel: `PJSIP/${name}-0000000${uniqueid.slice(2)}`,
  uniqueid,
  linkedid: '1.1',
  state,
  callerIdNum: name,
  callerIdName: '',
  connectedLineNum: '',
  connectedLineName: '',
  exten,
});

/** 101 calls, and at noon 102 rings. */
function ringing() {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({
    directory: directoryOf({ '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] } }),
    onCallEvent: (event) => emitted.push(event),
  });
  const [caller, called] = [channel('101', '1.1', 4, '102'), channel('102', '1.2', 5, '')];
  tracker.apply({ event: 'Newchannel', at: NOON, ...caller });
  return { emitted, tracker, caller, called };
}

it.each([2 * DAY, -2 * DAY])('a clock that is set by %d ms ends no call, and makes none longer', (by) => {
  const { emitted, tracker, caller, called } = ringing();
  tracker.apply({ event: 'Newchannel', at: NOON, ...called });
  tracker.apply({ event: 'DialBegin', at: NOON, source: caller, dest: called });
  expect(emitted.map(({ event }) => event)).toEqual(['dial-out', 'dial-in']);
  tracker.apply({ event: 'ClockSet', by });
  tracker.apply({ event: 'Tick', at: NOON + 3000 + by });
  expect(emitted).toHaveLength(2);
  tracker.apply({ event: 'Hangup', at: NOON + 5000 + by, cause: 16, causeText: '', ...called });
  expect(emitted.at(-1)).toMatchObject({ event: 'hangup', details: { durationMs: 5000 } });
});

it('a clock that is set back does not delay a caller whom an application answered', () => {
  const { emitted, tracker, caller } = ringing();
  tracker.apply({ event: 'Newstate', at: NOON, ...caller, state: 6 });
  tracker.apply({ event: 'Tick', at: NOON - 20_000 });
  expect(emitted).toEqual([]);
  tracker.apply({ event: 'Tick', at: NOON - 19_000 });
  expect(emitted.map(({ event }) => event)).toEqual(['dial-out']);
});
