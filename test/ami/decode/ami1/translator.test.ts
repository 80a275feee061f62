import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../../../src/ami/ami-events.ts';
import { Ami1Translator } from '../../../../src/ami/decode/ami1/translator.ts';
import { DialectDecoder, USED_EVENTS } from '../../../../src/ami/decode/dialect.ts';
import { replayBytes } from '../../../../src/ami/replay.ts';
import { AmiParser } from '../../../../src/ami/wire/parser.ts';
import { Tracker } from '../../../../src/calls/tracker.ts';
import { createInvariantChecker } from '../../../calls/invariant.ts';
import { directoryOf } from '../../../helpers/directory.ts';
import { replayed } from '../../../helpers/replay-events.ts';
import { OldAsterisk } from './old-asterisk.ts';
import { SHAPES } from './shapes.ts';

const DIRECTORY = directoryOf({
  '101': { channels: ['SIP/101'] },
  '102': { channels: ['SIP/102'] },
  '103': { channels: ['SIP/103'] },
});

/** Each leg as `extension flow status`, with its caller and the number; in the order in which they end. */
function legsOf(log: string): string[] {
  const { events, tracker } = replayed(replayBytes(log), DIRECTORY);
  expect([...tracker.openLegs()]).toEqual([]);
  return events
    .filter(({ event }) => event === 'hangup')
    .map(({ leg, params }) => {
      const { CallID, CallerIDNum = '-', CalledNumber = '-', CallStatus } = params;
      return `${leg.extension} ${leg.flow} ${CallStatus}, call ${CallID.split('.')[1]}, ${CallerIDNum} to ${CalledNumber}`;
    });
}

/** What a translator makes of these blocks, and the translator. */
function translated(blocks: readonly string[]): { events: AmiEvent[]; translator: Ami1Translator } {
  const translator = new Ami1Translator();
  return { events: translatedBy(translator, blocks), translator };
}

function translatedBy(translator: Ami1Translator, blocks: readonly string[]): AmiEvent[] {
  const events: AmiEvent[] = [];
  const parser = new AmiParser(USED_EVENTS, {
    packet: (packet) => events.push(...translator.translate(packet)),
    banner: () => {},
  });
  parser.push(Buffer.from(blocks.join('')));
  parser.end();
  return events;
}

const NOTHING = { channels: 0, dials: 0, bridges: 0 };

describe('AMI 1.x', () => {
  const expected: Record<keyof typeof SHAPES, string[]> = {
    'a direct call, answered': ['102 IN ANSWER, call 0, 101 to 102', '101 OUT ANSWER, call 0, 101 to 102'],
    'two phones ring, one answers': [
      '101 IN UNKNOWN, call 0, 0612345678 to 18005550100',
      '102 IN ANSWER, call 0, 0612345678 to 18005550100',
    ],
    'through a Local channel that is optimised away': ['101 IN ANSWER, call 0, 0612345678 to 18005550100'],
    'a queue rings a Local member': ['102 IN ANSWER, call 0, 0612345678 to 18005550100'],
    'a pickup': [
      '102 IN UNKNOWN, call 0, 101 to 102',
      '103 IN ANSWER, call 0, 101 to 102',
      '101 OUT ANSWER, call 0, 101 to 102',
    ],
    'a blind transfer of the called phone': [
      '101 OUT ANSWER, call 0, 101 to 102',
      '103 IN UNKNOWN, call 0, 102 to 103',
      '102 IN ANSWER, call 0, 101 to 102',
    ],
    'an attended transfer': [
      '101 IN ANSWER, call 0, 0612345678 to 18005550100',
      '101 OUT ANSWER, call 2, 101 to 102',
      '102 IN ANSWER, call 2, 101 to 102',
    ],
    'a parked call is fetched': [
      '101 IN ANSWER, call 0, 0612345678 to 18005550100',
      '102 OUT ANSWER, call 3, 102 to 701',
    ],
    'click to call': ['102 IN UNKNOWN, call 0, 101 to 102', '101 OUT UNKNOWN, call 0, 101 to 102'],
    'click to call through a Local channel': [
      '102 IN ANSWER, call 0, 101 to 102',
      '101 OUT ANSWER, call 0, 101 to 102',
    ],
  };

  it.each(Object.entries(expected))('%s', (shape, legs) => {
    const pbx = SHAPES[shape as keyof typeof SHAPES]();
    expect(legsOf(pbx.log)).toEqual(legs);
    expect(translated(pbx.blocks).translator.size).toEqual(NOTHING);
  });

  it.each(Object.keys(SHAPES) as (keyof typeof SHAPES)[])(
    '%s: any block lost, doubled, or where the log is cut',
    (shape) => {
      const { blocks } = SHAPES[shape]();
      const all = [...blocks.keys()];
      for (const at of all) {
        const block = blocks[at] as string;
        expectKept(blocks.slice(at));
        expectKept(blocks.slice(0, at));
        expectKept(blocks.toSpliced(at, 1));
        expectKept(blocks.toSpliced(at, 0, block));
      }
    },
  );

  it('knows Link and Unlink, and the Dial of before 1.6', () => {
    const pbx = SHAPES['a direct call, answered']();
    const older = pbx.log
      .replace(/Event: Bridge\r\n(.*\r\n)Bridgestate: (Link|Unlink)\r\n/g, 'Event: $2\r\n$1')
      .replace(/(Event: Dial\r\n.*\r\nSubEvent: Begin\r\n)Channel:/g, '$1Source:')
      .replaceAll('UniqueID', 'SrcUniqueID')
      .replaceAll('DestSrcUniqueID', 'DestUniqueID');
    expect(older).toContain('Event: Unlink');
    expect(older).toContain('Source: SIP/101');
    expect(legsOf(older)).toEqual(legsOf(pbx.log));
  });

  it('pairs the halves of a Local channel by their names where no LocalBridge comes', () => {
    const { blocks } = SHAPES['click to call through a Local channel']();
    const without = blocks.filter((block) => !block.includes('Event: LocalBridge'));
    expect(without.length).toBeLessThan(blocks.length);
    expect(legsOf(`Asterisk Call Manager/1.1\r\n${without.join('')}`)).toEqual(
      expected['click to call through a Local channel'],
    );
  });

  it('does not take a caller whose state Ring was not shown for an originated one', () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    pbx.blocks.pop();
    pbx.state(caller, 6);
    const { events } = translated(pbx.blocks);
    expect(events.map(({ event }) => event)).toEqual(['Newchannel', 'Newstate']);
  });

  it('lets a channel leave its bridge that a masquerade moves to a place without one', () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    const phone = pbx.channel('SIP/102-00000002');
    pbx.link(caller, phone);
    const parked = pbx.channel('Parked/SIP/102-00000002');
    pbx.masquerade(phone, parked);
    pbx.unlink(caller, phone);
    const bridged = translated(pbx.blocks).events.flatMap((event) =>
      event.event === 'BridgeEnter' || event.event === 'BridgeLeave' ? [`${event.event} ${event.channel}`] : [],
    );
    expect(bridged).toEqual([
      'BridgeEnter SIP/101-00000001',
      'BridgeEnter SIP/102-00000002',
      'BridgeLeave SIP/102-00000002',
      'BridgeLeave SIP/101-00000001',
    ]);
  });

  it('shows the caller id of the phone, not of the Local channel whose place it takes', () => {
    const { events } = translated(SHAPES['through a Local channel that is optimised away']().blocks);
    expect(events.filter(({ event }) => event === 'NewCallerid')).toEqual([]);
  });

  it('takes a global variable for none of a channel', () => {
    const pbx = new OldAsterisk();
    const caller = pbx.channel('SIP/101-00000001', '102', '101');
    pbx.send('VarSet', { Channel: 'none', Variable: 'GLOBAL', Value: '1', Uniqueid: 'none' });
    pbx.send('VarSet', { Channel: caller.name, Variable: 'OWN', Value: '2', Uniqueid: caller.uniqueid });
    const { events, translator } = translated(pbx.blocks);
    expect(events.filter(({ event }) => event === 'VarSet')).toEqual([
      { event: 'VarSet', channel: caller.name, uniqueid: caller.uniqueid, variable: 'OWN', value: '2' },
    ]);
    expect(translator.size).toMatchObject({ channels: 1 });
  });

  it('forgets, after a day, a channel whose Hangup was lost, whichever uniqueids came before', () => {
    const pbx = new OldAsterisk();
    const channel = (Channel: string, Uniqueid: string) => pbx.send('Newchannel', { Channel, Uniqueid });
    channel('SIP/101-00000001', 'without-time');
    channel('SIP/101-00000002', '1443110370.1');
    channel('SIP/101-00000003', `${1443110370 + 25 * 3600}.2`);
    expect(translated(pbx.blocks).translator.size).toMatchObject({ channels: 2 });
  });
});

describe('the decoder of AMI 1.x', () => {
  it('leaves out the variables that are not wanted', () => {
    const pbx = new OldAsterisk();
    const { name, uniqueid } = pbx.channel('SIP/101-00000001', '102', '101');
    for (const Variable of ['WANTED', 'OTHER'])
      pbx.send('VarSet', { Channel: name, Variable, Value: '1', Uniqueid: uniqueid });
    const decoder = new DialectDecoder((variable) => variable === 'WANTED');
    const variables: string[] = [];
    const parser = new AmiParser(USED_EVENTS, {
      packet: (packet) => decoder.packet(packet, (event) => event.event === 'VarSet' && variables.push(event.variable)),
      banner: (version) => decoder.banner(version),
    });
    parser.push(Buffer.from(pbx.log));
    expect(variables).toEqual(['WANTED']);
  });
});

describe('after a gap, in AMI 1.x', () => {
  it('what is not listed is forgotten, dials too', () => {
    const { translator } = translated(SHAPES['two phones ring, one answers']().blocks.slice(0, 7));
    expect(translator.size).toEqual({ channels: 3, dials: 2, bridges: 0 });
    expect(translator.applyChannelList([])).toEqual([]);
    expect(translator.size).toEqual(NOTHING);
  });

  it('channels that were linked meanwhile are in a bridge', () => {
    const { events, translator } = translated(SHAPES['a direct call, answered']().blocks.slice(0, 5));
    const callEvents: string[] = [];
    const tracker = new Tracker({ directory: DIRECTORY, onCallEvent: ({ event }) => callEvents.push(event) });
    for (const event of events) tracker.apply(event);
    tracker.apply({ event: 'ChannelListRequested' });
    const channels = translator.applyChannelList([
      listed('SIP/101-00000001', '1443110370.0', '1443110370.1'),
      listed('SIP/102-00000002', '1443110370.1', '1443110370.0'),
    ]);
    expect(new Set(channels.map(({ bridge }) => bridge)).size).toBe(1);
    tracker.apply({ event: 'ChannelList', channels });
    expect(callEvents).toEqual(['dial-out', 'dial-in', 'answer-out', 'answer-in']);
  });

  it('shows the context in which it is, as the list shows it, in later events too', () => {
    const translator = new Ami1Translator();
    const caller = { ...listed('SIP/101-00000001', '1443110370.0', ''), context: 'park-dial' };
    expect(translator.applyChannelList([caller])).toMatchObject([{ context: 'park-dial' }]);
    const pbx = new OldAsterisk();
    pbx.state({ name: caller.channel, uniqueid: caller.uniqueid, number: '101' }, 6);
    expect(translatedBy(translator, pbx.blocks)).toMatchObject([{ event: 'Newstate', context: 'park-dial' }]);
  });

  it('a phone that rings since then is not taken for originated', () => {
    const translator = new Ami1Translator();
    translator.applyChannelList([{ ...listed('SIP/101-00000001', '1443110370.0', ''), state: 0 }]);
    const pbx = new OldAsterisk();
    pbx.state({ name: 'SIP/101-00000001', uniqueid: '1443110370.0', number: '101' }, 5);
    expect(translatedBy(translator, pbx.blocks).map(({ event }) => event)).toEqual(['Newstate']);
  });
});

function listed(channel: string, uniqueid: string, bridge: string) {
  return {
    channel,
    uniqueid,
    linkedid: '',
    state: 6,
    callerIdNum: '',
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten: '',
    application: '',
    applicationData: '',
    bridge,
  };
}

/** Whatever has come, nothing throws, and once Asterisk was restarted every leg that was opened has had its Hangup. */
function expectKept(blocks: readonly string[]): void {
  const checker = createInvariantChecker();
  const tracker = new Tracker({ directory: DIRECTORY, onCallEvent: (event) => checker.observe(event) });
  for (const event of translated(blocks).events) tracker.apply(event);
  tracker.finish();
  tracker.apply({ event: 'Restarted' });
  checker.finish();
  expect(tracker.size).toEqual({ channels: 0, bridges: 0, calls: 0, legs: 0, waiting: 0 });
}
