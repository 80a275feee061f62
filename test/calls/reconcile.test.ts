import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AmiEvent,
  type ChannelSnapshot,
  DOWN,
  type ListedChannel,
  RING,
  RINGING,
  UP,
} from '../../src/ami/ami-events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';

const directory = directoryOf({
  '101': { channels: ['PJSIP/101'] },
  '102': { channels: ['PJSIP/102'] },
});

/** What events show of a channel of call `1.1`; `n` numbers it. */
function channel(name: string, n: number, state: number, exten = '', linkedid = '1.1'): ChannelSnapshot {
  return {
    channel: name.startsWith('Local/') ? name : `${name}-0000000${n}`,
    uniqueid: `1.${n}`,
    linkedid,
    state,
    callerIdNum: name.replace(/^PJSIP\//, ''),
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten,
  };
}

/** As `CoreShowChannels` reports it. */
const listed = (fields: ChannelSnapshot, application: string, bridge = ''): ListedChannel => ({
  ...fields,
  application,
  applicationData: '',
  bridge,
});

let emitted: CallEvent[];
let tracker: Tracker;
beforeEach(() => {
  emitted = [];
  tracker = new Tracker({ directory, onCallEvent: (event) => event.event !== 'missed' && emitted.push(event) });
});
const apply = (...events: AmiEvent[]) => {
  for (const event of events) tracker.apply(event);
};
const captured = () => emitted.map(({ event, leg, params }) => `${event} ${leg.extension} ${params.CallStatus}`);
const dialBegin = (source: ChannelSnapshot, dest: ChannelSnapshot): AmiEvent => ({
  event: 'DialBegin',
  source,
  dest,
});
const hangup = (fields: ChannelSnapshot): AmiEvent => ({ event: 'Hangup', ...fields, cause: 16, causeText: '' });

/** The service is killed and started again with what it had stored. */
function restart(): void {
  const stored = tracker.takeChanged().flatMap(({ state }) => (state === undefined ? [] : [state]));
  tracker = new Tracker({ directory, onCallEvent: (event) => event.event !== 'missed' && emitted.push(event) });
  tracker.restore(JSON.parse(JSON.stringify(stored)));
}

describe('after a gap', () => {
  const caller = channel('PJSIP/101', 1, RING, '102');
  const phone = channel('PJSIP/102', 2, RINGING, '102');

  it('a call that was seen to begin, and began to dial while nobody was looking, gets its Dials', () => {
    apply({ event: 'Newchannel', ...caller }, { event: 'Newchannel', ...phone, state: DOWN, exten: 's' });
    apply({ event: 'ChannelListRequested' });
    apply({ event: 'ChannelList', channels: [listed(caller, 'Dial'), listed(phone, 'AppDial')] });
    expect(captured()).toEqual(['dial-out 101 CALLING', 'dial-in 102 CALLING']);
    apply(hangup(phone), hangup(caller));
    expect(captured().slice(2)).toEqual(['hangup 102 UNKNOWN', 'hangup 101 UNKNOWN']);
  });

  it('a phone that a queue rings anew, before it is known that its last ring has ended, gets a new leg', () => {
    const trunk = channel('PJSIP/trunk', 1, UP, '210');
    const again = channel('PJSIP/102', 3, DOWN, '210');
    apply({ event: 'Newchannel', ...trunk }, dialBegin(trunk, phone));
    apply({ event: 'ChannelListRequested' });
    apply({ event: 'Newchannel', ...again }, dialBegin(trunk, again));
    apply({ event: 'ChannelList', channels: [listed(trunk, 'Queue'), listed(again, 'AppQueue')] });
    expect(captured()).toEqual(['dial-in 102 CALLING', 'hangup 102 UNKNOWN', 'dial-in 102 CALLING']);
  });

  it('a further phone joins the leg of one that still rings', () => {
    const further = channel('PJSIP/102', 3, DOWN, '102');
    apply({ event: 'Newchannel', ...caller }, dialBegin(caller, phone));
    apply({ event: 'ChannelListRequested' }, { event: 'Newstate', ...phone });
    apply(dialBegin(caller, further));
    expect(captured()).toEqual(['dial-out 101 CALLING', 'dial-in 102 CALLING']);
  });

  it('a caller that an application had answered, and for whom phones now ring, was not answered by that', () => {
    const up = { ...caller, state: UP };
    apply({ event: 'Newchannel', ...caller, at: 1000 }, { event: 'Newstate', ...up, at: 1000 });
    apply({ event: 'Tick', at: 2000 }, { event: 'ChannelListRequested' });
    apply({ event: 'ChannelList', channels: [listed(up, 'Queue'), listed({ ...phone, state: UP }, 'AppQueue')] });
    apply(hangup(up));
    expect(captured()).toEqual(['dial-out 101 CALLING', 'hangup 101 UNKNOWN']);
  });

  it('the second phone of a click to call through a Local channel shows who clicked', () => {
    const one = channel('Local/101@phones-00000001;1', 1, UP, '102');
    const two = channel('Local/101@phones-00000001;2', 2, UP, '101');
    apply({ event: 'ChannelListRequested' });
    apply({
      event: 'ChannelList',
      channels: [
        listed(channel('PJSIP/102', 4, RINGING), 'AppDial'),
        listed(one, 'Dial'),
        listed(two, 'Dial', 'b1'),
        listed(channel('PJSIP/101', 3, UP), 'AppDial', 'b1'),
      ],
    });
    expect(captured()).toEqual(['dial-in 102 CALLING']);
    expect(emitted[0]?.params).toMatchObject({ CallerExtension: '101', CalledNumber: '102' });
  });

  it('a phone that Originate rings, directly or through a Local channel, gets no Dial-In', () => {
    const one = channel('Local/101@phones-00000001;1', 1, RINGING, '101');
    const two = channel('Local/101@phones-00000001;2', 2, RING, '101');
    apply({ event: 'ChannelListRequested' });
    apply({
      event: 'ChannelList',
      channels: [
        listed(one, 'AppDial2'),
        listed(two, 'Dial'),
        listed(channel('PJSIP/101', 3, RINGING), 'AppDial'),
        listed(channel('PJSIP/102', 4, RINGING, '', '1.4'), 'AppDial2'),
      ],
    });
    expect(captured()).toEqual([]);
  });
});

describe('after a gap, what a call is to somebody who', () => {
  it('went Up with no dial and is connected with one who has dialled: a pickup, and no Dial-Out', () => {
    const picker = channel('PJSIP/102', 2, RING, '103', '1.2');
    const caller = channel('PJSIP/101', 1, UP, '216');
    apply({ event: 'Newchannel', ...picker }, { event: 'Newstate', ...picker, state: UP });
    apply({ event: 'ChannelListRequested' });
    const channels = [listed(caller, 'Queue', 'b1'), listed({ ...picker, state: UP }, '', 'b1')];
    apply({ event: 'ChannelList', channels }, hangup({ ...picker, state: UP }), hangup({ ...caller, state: UP }));
    expect(captured()).toEqual([]);
  });

  it.each(['before the list', 'by the list'])('is consulted, %s: the number is the one dialled for that', (when) => {
    const transferrer = { ...listed(channel('PJSIP/101', 1, UP, '103'), 'Dial', 'b2'), dnid: '103' };
    const one = channel('Local/102@phones-00000001;1', 2, RINGING, '102');
    const two = { ...channel('Local/102@phones-00000001;2', 3, RING, '102'), callerIdNum: '101' };
    const phone = channel('PJSIP/102', 4, RINGING);
    apply({ event: 'ChannelListRequested' });
    if (when === 'before the list') apply({ event: 'Newchannel', ...phone, exten: 's' }, dialBegin(two, phone));
    const channels = [transferrer, listed(one, '', 'b2'), listed(two, 'Dial'), listed(phone, 'AppDial')];
    apply({ event: 'ChannelList', channels });
    expect(captured()).toEqual(['dial-in 102 CALLING']);
    expect(emitted[0]?.params).toMatchObject({ CallerExtension: '101', CalledNumber: '102' });
  });

  it('still rings for a click to call that another phone has just picked up: nothing', () => {
    const one = channel('Local/101@phones-00000001;1', 1, UP, '101');
    const two = channel('Local/101@phones-00000001;2', 2, RING, '101');
    apply({ event: 'ChannelListRequested' });
    const channels = [
      listed(one, 'AppDial2'),
      listed(two, 'Dial'),
      listed(channel('PJSIP/101', 3, RINGING), 'AppDial'),
    ];
    apply({ event: 'ChannelList', channels });
    expect(captured()).toEqual([]);
  });

  it('has dialled a feature code, and dials on: no number is known', () => {
    const caller = { ...listed(channel('PJSIP/101', 1, UP, '102'), 'Dial'), dnid: '*8' };
    apply({ event: 'ChannelListRequested' });
    apply({ event: 'ChannelList', channels: [caller, listed(channel('PJSIP/102', 2, RINGING), 'AppDial')] });
    expect(captured()).toEqual(['dial-in 102 CALLING']);
    expect(emitted[0]?.params.CalledNumber).not.toBe('*8');
  });
});

describe('while the list is on its way', () => {
  it('an answer is not lost on a caller that the list still shows calling', () => {
    const caller = channel('PJSIP/101', 1, RING, '102');
    const one = channel('Local/102@members-00000001;1', 2, RINGING, '102');
    apply({ event: 'ChannelListRequested' });
    apply({ event: 'DialEnd', source: caller, dest: { ...one, state: UP }, dialStatus: 'ANSWER', forward: '' });
    apply({ event: 'ChannelList', channels: [listed(caller, 'Dial'), listed(one, 'AppDial')] }, hangup(caller));
    expect(captured()).toEqual(['dial-out 101 CALLING', 'answer-out 101 ANSWER', 'hangup 101 ANSWER']);
  });
});

describe('after a restart of the service', () => {
  const phone = channel('PJSIP/102', 2, RINGING, '210');
  const trunk = channel('PJSIP/trunk', 1, UP, '+18005550210');

  it('a phone found answered is known to be after the next restart too', () => {
    apply({ event: 'Newchannel', ...trunk }, dialBegin(trunk, phone));
    restart();
    apply({ event: 'ChannelListRequested' });
    apply({ event: 'ChannelList', channels: [listed(trunk, 'Dial'), listed({ ...phone, state: UP }, 'AppDial')] });
    restart();
    apply({ event: 'ChannelListRequested' }, { event: 'ChannelList', channels: [] });
    expect(captured()).toEqual(['dial-in 102 CALLING', 'hangup 102 ANSWER']);
  });

  it('a phone that is rung anew, before the list has come, gets a new leg', () => {
    const again = channel('PJSIP/102', 3, DOWN, '210');
    apply({ event: 'Newchannel', ...trunk }, dialBegin(trunk, phone), { event: 'Newstate', ...phone });
    restart();
    apply({ event: 'ChannelListRequested' }, { event: 'Newchannel', ...again }, dialBegin(trunk, again));
    expect(captured()).toEqual(['dial-in 102 CALLING', 'hangup 102 UNKNOWN', 'dial-in 102 CALLING']);
  });

  it.each(['shown live', 'found by the list'])('a phone rung by a queue (%s) shows the number first dialled', (how) => {
    const moved = { ...trunk, exten: '210' };
    const again = channel('PJSIP/102', 3, RINGING, '210');
    apply({ event: 'Newchannel', ...trunk }, dialBegin(moved, phone), hangup(phone));
    restart();
    apply({ event: 'ChannelListRequested' });
    if (how === 'shown live') apply(dialBegin(moved, again));
    apply({ event: 'ChannelList', channels: [listed(moved, 'Queue'), listed(again, 'AppQueue')] });
    expect(captured()).toEqual(['dial-in 102 CALLING', 'hangup 102 UNKNOWN', 'dial-in 102 CALLING']);
    expect(emitted.at(-1)?.params).toMatchObject({ CalledNumber: '+18005550210', CalledDID: '+18005550210' });
  });
});

describe('a call that began before the login, and goes on before the list has come', () => {
  const caller = channel('PJSIP/101', 1, RING, '201');
  const one = channel('Local/102@members-00000001;1', 2, DOWN, '201');
  const two = channel('Local/102@members-00000001;2', 3, RING, '102');
  const phone = channel('PJSIP/102', 4, DOWN, '102');
  const trunk = channel('PJSIP/trunk', 1, UP, '210');
  const queued = { ...listed(trunk, 'Queue'), dnid: '+18005550210' };
  const asked: AmiEvent = { event: 'ChannelListRequested' };

  it('a phone that is rung through a Local channel shows who calls, and the number that was dialled', () => {
    apply(asked, { event: 'Newchannel', ...phone, exten: 's' }, dialBegin(two, phone));
    expect(captured()).toEqual([]);
    const channels = [listed(caller, 'Dial'), listed(one, 'AppDial'), listed(two, 'Dial'), listed(phone, 'AppDial')];
    apply({
      event: 'ChannelList',
      channels: channels.map((entry) => ({ ...entry, dnid: entry === channels[0] ? '201' : '' })),
    });
    expect(captured()).toEqual(['dial-out 101 CALLING', 'dial-in 102 CALLING']);
    expect(emitted[1]?.params).toMatchObject({ CallerExtension: '101', CalledNumber: '201' });
  });

  it('a phone that is rung after the list, through a Local channel that was dialled before, does so too', () => {
    apply(asked, {
      event: 'ChannelList',
      channels: [listed(caller, 'Dial'), listed(one, 'AppDial'), listed(two, 'Dial')],
    });
    apply({ event: 'Newchannel', ...phone, exten: 's' }, dialBegin(two, phone));
    expect(emitted.at(-1)?.params).toMatchObject({ CallerExtension: '101', CalledNumber: '201' });
  });

  it('so does one that is rung for a click to call, whose number is that of its ring group', () => {
    const clicker = { ...listed({ ...caller, state: UP }, 'Dial'), dnid: '' };
    apply(asked, { event: 'ChannelList', channels: [clicker, listed(one, 'AppDial'), listed(two, 'Dial')] });
    apply({ event: 'Newchannel', ...phone, exten: 's' }, dialBegin(two, phone));
    expect(emitted.at(-1)?.params).toMatchObject({ CallerExtension: '101', CalledNumber: '201' });
  });

  it.each(['shown live', 'found by the list'])(
    'a phone that a queue rings (%s) shows the number first dialled',
    (how) => {
      apply(asked);
      if (how === 'shown live') apply({ event: 'Newchannel', ...phone, exten: 's' }, dialBegin(trunk, phone));
      apply({ event: 'ChannelList', channels: [queued, listed(phone, 'AppQueue')] });
      expect(emitted[0]?.params).toMatchObject({ CalledNumber: '+18005550210', CalledDID: '+18005550210' });
    },
  );

  it('it shows none, rather than that of the queue, where Asterisk does not report it', () => {
    apply(asked, { event: 'ChannelList', channels: [listed(trunk, 'Queue'), listed(phone, 'AppQueue')] });
    expect(captured()).toEqual(['dial-in 102 CALLING']);
    expect(emitted[0]?.params).not.toHaveProperty('CalledNumber');
    expect(emitted[0]?.params).not.toHaveProperty('CalledDID');
  });

  it('is reported with what is known when there will be no list, or something becomes of it, or the list is late', () => {
    const begin: AmiEvent[] = [asked, { event: 'Newchannel', ...phone, exten: 's' }, dialBegin(trunk, phone)];
    apply(...begin);
    apply({ event: 'ChannelListUnavailable' });
    expect(captured()).toEqual(['dial-in 102 CALLING']);
    for (const next of [hangup(phone), { event: 'Tick', at: 6000 } as const]) {
      emitted = [];
      tracker = new Tracker({ directory, onCallEvent: (event) => event.event !== 'missed' && emitted.push(event) });
      apply(...begin.map((event) => ({ ...event, at: 1000 })), next);
      expect(captured()[0]).toBe('dial-in 102 CALLING');
      expect(emitted[0]?.params).not.toHaveProperty('CalledNumber');
    }
  });

  it('has the channel variables that the list shows', () => {
    tracker.configure(directory, ['CRM_ID']);
    const channels = [{ ...queued, variables: { CRM_ID: '7' } }, listed(phone, 'AppQueue')];
    apply(asked, { event: 'ChannelList', channels });
    expect(emitted[0]?.details.variables).toEqual({ CRM_ID: '7' });
  });
});

describe('a call that began in a gap', () => {
  const caller = listed(channel('PJSIP/101', 1, RING, '102'), 'Dial');
  const phone = listed({ ...channel('PJSIP/102', 2, RINGING), connectedLineNum: '101' }, 'AppDial');

  it.each([
    ['the caller first', [caller, phone]],
    ['the called first', [phone, caller]],
  ])('opens both legs, the caller first, when the list names %s', (_order, channels) => {
    apply({ event: 'ChannelListRequested' }, { event: 'ChannelList', channels });
    expect(emitted.map(({ event, params }) => [event, params.CallerIDNum, params.CalledNumber])).toEqual([
      ['dial-out', '101', '102'],
      ['dial-in', '101', '102'],
    ]);
  });

  it('opens none when it is up', () => {
    const channels = [caller, phone].map((one) => ({ ...one, state: UP, bridge: 'b1' }));
    apply({ event: 'ChannelListRequested' }, { event: 'ChannelList', channels });
    expect(emitted).toEqual([]);
  });
});
