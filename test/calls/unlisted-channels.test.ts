import { beforeEach, describe, expect, it } from '@jest/globals';
import { type AmiEvent, type ChannelSnapshot, DOWN, RING, RINGING, UP } from '../../src/ami/ami-events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { CheckResult } from '../../src/calls/recovery/unlisted-channels.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';

const directory = directoryOf({
  '101': { channels: ['PJSIP/101'] },
  '102': { channels: ['PJSIP/102'] },
});

function channel(name: string, n: number, state: number, exten = ''): ChannelSnapshot {
  return {
    channel: `${name}-0000000${n}`,
    uniqueid: `1.${n}`,
    linkedid: '1.1',
    state,
    callerIdNum: name.replace(/^PJSIP\//, ''),
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten,
  };
}

const caller = channel('PJSIP/101', 1, RING, '102');
const phone = channel('PJSIP/102', 2, RINGING);
const later = channel('PJSIP/101', 3, DOWN, '102');

let emitted: string[];
let results: CheckResult[];
let tracker: Tracker;
beforeEach(() => {
  emitted = [];
  results = [];
  tracker = new Tracker({
    directory,
    onCallEvent: ({ event, leg, params }: CallEvent) =>
      event !== 'missed' && void emitted.push(`${event} ${leg.extension} ${params.CallStatus}`),
    onCheck: (result) => void results.push(result),
  });
  apply(
    { event: 'Newchannel', at: 1000, ...caller },
    { event: 'Newchannel', at: 1000, ...phone, state: DOWN },
    { event: 'DialBegin', at: 1000, source: caller, dest: phone },
  );
  emitted.splice(0);
});

const apply = (...events: AmiEvent[]) => {
  for (const event of events) tracker.apply(event);
};
const check = (...listed: ChannelSnapshot[]): AmiEvent => ({
  event: 'ChannelCheck',
  channels: listed.map(({ uniqueid, channel: name }) => ({ uniqueid, channel: name })),
});

describe('a list of channels that is asked for while events come', () => {
  it('ends what is gone, with what is known of its status', () => {
    apply({ event: 'DialEnd', at: 1000, source: caller, dest: phone, dialStatus: 'ANSWER', forward: '' });
    emitted.splice(0);
    apply({ event: 'Tick', at: 9000 }, { event: 'ChannelCheckRequested' }, check());
    expect(emitted.sort()).toEqual(['hangup 101 ANSWER', 'hangup 102 ANSWER']);
    expect(results).toEqual([{ listed: 0, gone: ['PJSIP/101-00000001', 'PJSIP/102-00000002'], unseen: [] }]);
    expect(tracker.size).toMatchObject({ channels: 0, calls: 0, legs: 0 });
  });

  it('leaves alone what lives, by whichever of its names', () => {
    apply({ event: 'ChannelCheckRequested' }, check({ ...caller, uniqueid: '1.99' }, { ...phone, channel: 'SIP/x-1' }));
    expect(emitted).toEqual([]);
    expect(results).toEqual([{ listed: 2, gone: [], unseen: [] }]);
  });

  it('never ends a channel that began after it was asked for, or was shown since', () => {
    apply(
      { event: 'ChannelCheckRequested' },
      { event: 'Newchannel', at: 2000, ...later },
      { event: 'Newstate', at: 2000, ...phone },
      check(),
    );
    expect(emitted).toEqual(['hangup 101 UNKNOWN']);
    expect(results[0]?.gone).toEqual(['PJSIP/101-00000001']);
  });

  it('ends nothing twice when the Hangup comes meanwhile, or after it', () => {
    const hangup = (one: ChannelSnapshot): AmiEvent => ({
      event: 'Hangup',
      at: 2000,
      ...one,
      cause: 16,
      causeText: '',
    });
    apply({ event: 'ChannelCheckRequested' }, hangup(phone), check(), hangup(caller));
    expect(emitted).toEqual(['hangup 102 UNKNOWN', 'hangup 101 UNKNOWN']);
  });

  it('names the channels that no event has shown, and not those that have just ended', () => {
    const trunk = channel('PJSIP/trunk', 4, UP);
    const zombie = { ...channel('PJSIP/102', 5, UP), channel: 'PJSIP/102-00000005<ZOMBIE>' };
    apply(
      { event: 'ChannelCheckRequested' },
      { event: 'Hangup', at: 2000, ...phone, cause: 16, causeText: '' },
      check(caller, phone, trunk, zombie),
    );
    expect(results).toEqual([{ listed: 4, gone: [], unseen: ['PJSIP/trunk-00000004'] }]);
  });

  it('is worth nothing once the list was asked for anew, after a lost connection', () => {
    apply({ event: 'ChannelCheckRequested' }, { event: 'ChannelListRequested' }, check());
    expect([emitted, results]).toEqual([[], []]);
  });

  it('keeps a call that no event shows for days', () => {
    for (let at = 1000; at < 3 * 86_400_000; at += 3_600_000)
      apply({ event: 'Tick', at }, { event: 'ChannelCheckRequested' }, check(caller, phone));
    expect(emitted).toEqual([]);
    expect(tracker.size.legs).toBe(2);
  });
});
