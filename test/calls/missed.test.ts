import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AmiEvent, type ChannelSnapshot, RING, RINGING } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';
import { FIXTURES, fixtureConfig } from '../helpers/expected.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/*
 * What becomes of Missed when a part of the call is not seen. Which calls are missed at all, every recording says in
 * its expected.yaml.
 */

const { directory } = fixtureConfig();

function recording(name: string): AmiEvent[] {
  return [...replayBytes(readFileSync(join(FIXTURES, name, 'asterisk22-pjsip.ami.log')))];
}

/** The place of the first event that fits. */
function placeOf(events: readonly AmiEvent[], fits: (event: AmiEvent) => boolean): number {
  const at = events.findIndex(fits);
  if (at === -1) throw new Error('the recording has no such event');
  return at;
}

const hangupOf = (endpoint: string) => (event: AmiEvent) =>
  event.event === 'Hangup' && event.channel.startsWith(`PJSIP/${endpoint}-`);

/**
 * What is emitted of calls that are followed up to an event, and from another one on; between them the connection is
 * lost, or the service restarted.
 */
function emittedAround(
  events: readonly AmiEvent[],
  lost: number,
  back: number,
  how: 'reconnected' | 'restarted',
): string[] {
  const emitted: CallEvent[] = [];
  const make = () => new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  let tracker = make();
  const disk = new Map<string, string>();
  for (const event of events.slice(0, lost)) {
    tracker.apply(event);
    for (const { callId, state } of tracker.takeChanged()) {
      if (state === undefined) disk.delete(callId);
      else disk.set(callId, JSON.stringify(state));
    }
  }
  if (how === 'restarted') {
    tracker = make();
    tracker.restore([...disk.values()].map((text): StoredCall => JSON.parse(text)));
  }
  tracker.apply({ event: 'ChannelListRequested' });
  tracker.apply({ event: 'ChannelList', channels: aliveAfter(events, back) });
  for (const event of events.slice(back)) tracker.apply(event);
  expect(tracker.size).toMatchObject({ calls: 0, legs: 0 });
  return emitted.filter(({ event }) => event === 'hangup' || event === 'missed').map(lineOf);
}

const lineOf = ({ event, leg, params }: CallEvent) => `${event} ${leg.extension} ${params.CallStatus}`;

describe.each(['reconnected', 'restarted'] as const)('%s', (how) => {
  it('knows whom a caller rang before, when it hangs up after', () => {
    const events = recording('blind-transfer-to-voicemail');
    const at = placeOf(events, hangupOf('102')) + 1;
    expect(emittedAround(events, at, at, how)).toEqual([
      'hangup 101 ANSWER',
      'hangup 102 UNKNOWN',
      'missed 102 UNKNOWN',
    ]);
  });

  it('finds a caller gone, and the phones that it rang', () => {
    const events = recording('ring-group-from-outside-missed');
    const at = placeOf(events, hangupOf('101'));
    const emitted = emittedAround(events, at, events.length, how);
    expect(emitted.slice().sort()).toEqual([
      'hangup 101 UNKNOWN',
      'hangup 102 UNKNOWN',
      'hangup 103 UNKNOWN',
      'missed 101 UNKNOWN',
      'missed 102 UNKNOWN',
      'missed 103 UNKNOWN',
    ]);
  });

  it('finds a caller gone after its phones had hung up', () => {
    const events = recording('blind-transfer-to-voicemail');
    const emitted = emittedAround(events, placeOf(events, hangupOf('102')) + 1, events.length, how);
    expect(emitted).toEqual(['hangup 101 ANSWER', 'hangup 102 UNKNOWN', 'missed 102 UNKNOWN']);
  });

  it('lets nobody miss a call that was answered in between', () => {
    const events = recording('hunt-group');
    const rung = placeOf(events, hangupOf('101')) + 1;
    const answered = placeOf(events, (event) => event.event === 'BridgeEnter') + 2;
    expect(emittedAround(events, rung, answered, how)).toEqual(expect.not.arrayContaining(['missed 101 UNKNOWN']));
  });
});

it('is nobody’s when the list shows the caller, who had talked before, with somebody again', () => {
  const events = recording('blind-transfer-to-busy');
  const rung = placeOf(events, hangupOf('103'));
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  for (const event of events.slice(0, rung + 1)) tracker.apply(event);
  const [caller] = aliveAfter(events, rung + 1);
  if (caller === undefined) throw new Error('the caller is gone');
  const mobile = { ...caller, channel: 'PJSIP/trunk-000000ff', uniqueid: '9.9', application: 'AppDial' };
  const channels = [caller, mobile].map((channel) => ({ ...channel, state: 6, bridge: 'b' }));
  tracker.apply({ event: 'ChannelListRequested' });
  tracker.apply({ event: 'ChannelList', channels });
  for (const event of events.filter(hangupOf('trunk'))) tracker.apply(event);
  expect(emitted.map(lineOf).slice(-1)).toEqual(['hangup 103 UNKNOWN']);
});

it('comes with the values of the Hangup, and the time at which the caller was gone', () => {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  const events = recording('voicemail-after-no-answer');
  for (const event of events) tracker.apply(event);
  const hangup = emitted.find(({ event, leg }) => event === 'hangup' && leg.extension === '102');
  const gone = events[placeOf(events, hangupOf('101'))]?.at;
  expect(emitted.at(-1)).toEqual({ ...hangup, event: 'missed', origin: hangup?.params.CallID, at: gone });
  expect(gone).toBeGreaterThan(hangup?.at ?? 0);
  expect(hangup?.details.durationMs).toBeGreaterThan(0);
});

it('is for a target that was rung when its transferrer hung up, once the first party is gone as well', () => {
  // 102 has consulted 103 by feature code and hung up. That 102 is called back, and answers, is left out here.
  const events = recording('blonde-transfer-by-feature-code-comes-back');
  const at = placeOf(events, hangupOf('103')) + 1;
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  for (const event of events.slice(0, at)) tracker.apply(event);
  expect(emitted.map(lineOf)).not.toContain('missed 103 UNKNOWN');
  for (const event of events.filter(hangupOf('101'))) tracker.apply(event);
  expect(emitted.map(lineOf).slice(-2)).toEqual(['hangup 101 ANSWER', 'missed 103 UNKNOWN']);
});

it('is the call of who is behind a Local channel that is put in the transferrer’s place', () => {
  const events = recording('freepbx-click-to-call-local-blonde-transfer');
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  for (const event of events.slice(0, placeOf(events, ({ event }) => event === 'AttendedTransfer') + 1))
    tracker.apply(event);
  const missed = () => emitted.filter(({ event }) => event === 'missed').map(lineOf);
  const hangups = events.filter(({ event }) => event === 'Hangup');
  const ofLocals = hangups.filter((event) => event.event === 'Hangup' && event.channel.startsWith('Local/'));
  // In the recording 113 answers.
  const rings = hangups.filter(hangupOf('113')).map((event) => ({ ...event, state: RINGING }));
  for (const event of [...rings, ...ofLocals]) tracker.apply(event);
  expect(missed()).toEqual([]);
  for (const event of hangups.filter(hangupOf('112'))) tracker.apply(event);
  expect(missed()).toEqual(['missed 113 UNKNOWN']);
});

it('waits for the leg when the caller is gone first', () => {
  const events = recording('inbound-missed');
  const caller = placeOf(events, hangupOf('trunk'));
  const own = events.filter(hangupOf('101'));
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  for (const event of events.slice(0, caller + 1)) if (!own.includes(event)) tracker.apply(event);
  expect(emitted.map(lineOf)).toEqual(['dial-in 101 CALLING']);
  for (const event of own) tracker.apply(event);
  expect(emitted.map(lineOf)).toEqual(['dial-in 101 CALLING', 'hangup 101 UNKNOWN', 'missed 101 UNKNOWN']);
});

it('is not for an extension whose other phone calls', () => {
  const emitted: CallEvent[] = [];
  const own = directoryOf({
    '101': { channels: ['PJSIP/101', 'PJSIP/101-home'] },
    '102': { channels: ['PJSIP/102'] },
  });
  const tracker = new Tracker({ directory: own, onCallEvent: (event) => emitted.push(event) });
  const [caller, home, other] = [channel('PJSIP/101', 1, '600'), channel('PJSIP/101-home', 2), channel('PJSIP/102', 3)];
  tracker.apply({ event: 'Newchannel', ...caller });
  for (const dest of [home, other]) tracker.apply({ event: 'DialBegin', source: caller, dest });
  for (const gone of [home, other, caller]) tracker.apply({ event: 'Hangup', ...gone, cause: 16, causeText: '' });
  expect(emitted.filter(({ event }) => event === 'missed').map(lineOf)).toEqual(['missed 102 UNKNOWN']);
});

it('is sent although the caller was found gone before the event came that it rings', () => {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  const [caller, phone] = [channel('PJSIP/trunk', 1, '600'), channel('PJSIP/101', 2)];
  tracker.apply({ event: 'Newchannel', ...caller });
  tracker.apply({ event: 'ChannelListRequested' });
  tracker.apply({ event: 'ChannelList', channels: [] });
  tracker.apply({ event: 'DialBegin', source: caller, dest: phone });
  for (const gone of [phone, caller]) tracker.apply({ event: 'Hangup', ...gone, cause: 16, causeText: '' });
  expect(emitted.map(lineOf)).toEqual(['dial-in 101 CALLING', 'hangup 101 UNKNOWN', 'missed 101 UNKNOWN']);
  expect(tracker.size).toMatchObject({ calls: 0, channels: 0 });
});

/** What events show of a channel of call `1.1` that is not answered. */
function channel(name: string, n: number, exten = ''): ChannelSnapshot {
  return {
    channel: `${name}-0000000${n}`,
    uniqueid: `1.${n}`,
    linkedid: '1.1',
    state: n === 1 ? RING : RINGING,
    callerIdNum: name.replace(/^PJSIP\//, ''),
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten,
  };
}
