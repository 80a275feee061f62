import { describe, expect, it } from '@jest/globals';
import type { Answer } from 'asterisk-manager';
import type { AmiEvent } from '../../../src/ami/ami-events.ts';
import { DialectDecoder } from '../../../src/ami/decode/dialect.ts';
import type { Connection } from '../../../src/ami/session/connection.ts';
import { RESYNC_EVENTS, Resync } from '../../../src/ami/session/resync.ts';
import { completeSettings } from '../../../src/ami/session/settings.ts';
import type { Packet } from '../../../src/ami/wire/packet.ts';
import { AmiParser } from '../../../src/ami/wire/parser.ts';

const SETTINGS = completeSettings({ host: '', port: 0, username: 'u', secret: 's', eventMask: 'call' });

/** A resync whose Asterisk answers each action with success; what it says beside that is fed by the test. */
async function begun(
  refused: string[] = [],
  { silent = [], banner = '' }: { silent?: string[]; banner?: string } = {},
) {
  const emitted: AmiEvent[] = [];
  const warnings: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (_about: object, message: string) => void warnings.push(message),
    error() {},
  };
  const decoder = new DialectDecoder();
  decoder.banner(banner);
  let booted = 0;
  const resync = new Resync({
    decoder,
    emit: (event) => emitted.push(event),
    onBooted: () => booted++,
    log,
    startup: undefined,
  });
  let ids = 0;
  const asked: [name: string, headers: Record<string, string>][] = [];
  const connection = {
    nextId: () => `id-${++ids}`,
    action: async (name: string, headers: Record<string, string>): Promise<Answer | undefined> => {
      asked.push([name, headers]);
      if (silent.includes(name)) return undefined;
      return (
        refused.includes(name) ? { response: 'Error', message: `no ${name}` } : { response: 'Success' }
      ) as Answer;
    },
    waitAtMost: (promise: Promise<unknown>) => promise,
    timeoutFor: () => 50,
  } as unknown as Connection;
  const feed = (text: string) => {
    const parser = new AmiParser(RESYNC_EVENTS, {
      packet: (packet: Packet) => resync.packet(packet),
      banner() {},
    });
    parser.push(Buffer.from(text.replaceAll('\n', '\r\n')));
  };
  await resync.subscribe(connection, SETTINGS);
  return {
    resync,
    connection,
    emitted,
    warnings,
    asked,
    feed,
    booted: () => booted,
    lists: () => emitted.filter(({ event }) => event === 'ChannelList'),
  };
}

const line = (uniqueid: string, id: string) =>
  `Event: CoreShowChannel\n${id}Channel: PJSIP/101-0000000${uniqueid}\nUniqueid: ${uniqueid}\nLinkedid: ${uniqueid}\n\n`;
const complete = (id: string) => `Event: CoreShowChannelsComplete\n${id}EventList: Complete\nListItems: 1\n\n`;
const BOOTED = 'Event: FullyBooted\nStatus: Fully Booted\n\n';

describe('the list of channels', () => {
  it('is of what was known before the events were asked for', async () => {
    const { emitted } = await begun();
    expect(emitted.map(({ event }) => event)).toEqual(['Startup', 'ChannelListRequested']);
  });

  it('comes before events that were buffered, which count as news; what a lost connection had buffered is gone', async () => {
    const { resync, connection, emitted } = await begun();
    resync.reset();
    resync.forward({ event: 'Tick', at: 1 });
    resync.reset();
    resync.forward({ event: 'Tick', at: 2 });
    expect(emitted).toHaveLength(2);
    await resync.subscribe(connection, SETTINGS);
    resync.forward({ event: 'Tick', at: 3 });
    expect(emitted.slice(2)).toEqual([
      { event: 'Startup', startup: expect.any(String) },
      { event: 'ChannelListRequested' },
      { event: 'Tick', at: 2 },
      { event: 'Tick', at: 3 },
    ]);
  });

  it('is taken without ActionID too, and not with that of another one', async () => {
    const { resync, connection, feed, lists } = await begun(['Status']);
    const listed = resync.list(connection, SETTINGS);
    feed(line('1', 'ActionID: id-99\n') + complete('ActionID: id-99\n'));
    expect(lists()).toEqual([]);
    feed(line('2', '') + complete(''));
    await listed;
    expect(lists()).toMatchObject([{ channels: [{ uniqueid: '2' }] }]);
  });

  it('that is asked for once more, because Asterisk is up only now, ends the wait for the first', async () => {
    const { resync, connection, emitted, feed, lists, booted } = await begun(['Status']);
    const first = resync.list(connection, SETTINGS);
    feed(BOOTED);
    expect(booted()).toBe(1);
    expect(await first).toBe('superseded');
    const second = resync.list(connection, SETTINGS);
    feed(complete('ActionID: id-1\n') + line('3', 'ActionID: id-2\n') + complete('ActionID: id-2\n'));
    expect(await second).toBe('received');
    expect(emitted.map(({ event }) => event)).toEqual([
      'Startup',
      'ChannelListRequested',
      'ChannelListRequested',
      'ChannelList',
    ]);
    expect(lists()).toMatchObject([{ channels: [{ uniqueid: '3' }] }]);
  });

  it('is taken from Status where only that is allowed', async () => {
    const { resync, connection, feed, lists, warnings } = await begun(['CoreStatus', 'CoreShowChannels']);
    const listed = resync.list(connection, SETTINGS);
    await new Promise(setImmediate);
    feed(
      'Event: Status\nActionID: id-2\nChannel: PJSIP/101-00000001\nUniqueid: 1\nBridgeID: b\nApplication: Dial\n' +
        'Data: PJSIP/102\n\nEvent: StatusComplete\nActionID: id-2\nItems: 1\n\n',
    );
    await listed;
    expect(lists()).toMatchObject([
      { channels: [{ uniqueid: '1', bridge: 'b', application: 'Dial', applicationData: 'PJSIP/102' }] },
    ]);
    expect(warnings).toEqual([]);
  });

  it('says who waits in queues, where these are asked for', async () => {
    const { resync, connection, feed, lists, asked } = await begun(['Status']);
    const listed = resync.list(connection, { ...SETTINGS, eventMask: 'system,call,agent' });
    feed(line('1', 'ActionID: id-1\n') + line('2', 'ActionID: id-1\n') + complete('ActionID: id-1\n'));
    await new Promise(setImmediate);
    const entry = (channel: string, id: string) =>
      `Event: QueueEntry\nActionID: ${id}\nQueue: support\nPosition: 1\nChannel: PJSIP/101-0000000${channel}\n\n`;
    feed(
      `${entry('1', 'id-2')}${entry('2', 'id-9')}${entry('3', 'id-2')}Event: QueueStatusComplete\nActionID: id-2\n\n`,
    );
    expect(await listed).toBe('received');
    expect(lists()).toMatchObject([{ queued: [{ queue: 'support', uniqueid: '1' }] }]);
    expect(asked.map(([name]) => name)).toContain('QueueStatus');
  });

  it('does without who waits where Asterisk does not say', async () => {
    const { resync, connection, feed, lists, warnings } = await begun(['Status'], { silent: ['QueueStatus'] });
    const listed = resync.list(connection, { ...SETTINGS, eventMask: 'system,call,agent' });
    feed(line('1', '') + complete(''));
    await listed;
    expect(lists()).toEqual([expect.not.objectContaining({ queued: expect.anything() })]);
    expect(warnings).toEqual([expect.stringContaining('no answer to QueueStatus')]);
  });

  it('that Asterisk refuses is missed once, with what to do', async () => {
    const { resync, connection, warnings } = await begun(['CoreStatus', 'CoreShowChannels', 'Status']);
    await resync.list(connection, SETTINGS);
    await resync.list(connection, SETTINGS);
    expect(warnings).toEqual([expect.stringMatching(/no CoreShowChannels.*write = reporting/)]);
  });

  it('comes with the numbers dialled and the variables that Status shows', async () => {
    const { resync, connection, asked, feed, lists } = await begun();
    const listed = resync.list(
      connection,
      completeSettings({ ...SETTINGS, variables: ['CRM_ID', 'no name', 'EMPTY'] }),
    );
    await Promise.resolve();
    feed(line('1', 'ActionID: id-1\n') + complete('ActionID: id-1\n'));
    await new Promise(setImmediate);
    feed(
      'Event: Status\nActionID: id-2\nChannel: PJSIP/trunk-00000001\nUniqueid: 1\nExten: 210\nDNID: 18005550210\n' +
        'Application: (null)\nVariable: CRM_ID=a=b\nVariable: EMPTY=(null)\n\nEvent: StatusComplete\nActionID: id-2\n\n',
    );
    expect(lists()).toMatchObject([
      { channels: [{ channel: 'PJSIP/trunk-00000001', exten: '210', dnid: '18005550210', application: '' }] },
    ]);
    expect(lists()).toMatchObject([{ channels: [{ variables: { CRM_ID: 'a=b' } }] }]);
    await listed;
    expect(lists()).toHaveLength(1);
    expect(asked.at(-1)).toEqual(['Status', { Variables: 'CRM_ID,EMPTY' }]);
  });

  it('has its numbers from a variable before Asterisk 12, where Status shows no application', async () => {
    const { resync, connection, asked, feed, lists } = await begun([], { banner: '1.3' });
    const listed = resync.list(connection, SETTINGS);
    await Promise.resolve();
    feed(
      'Event: CoreShowChannel\nActionID: id-1\nChannel: SIP/101-00000001\nUniqueID: 1\nChannelState: 4\nApplication: Dial\n\n' +
        complete('ActionID: id-1\n'),
    );
    await new Promise(setImmediate);
    feed(
      'Event: Status\nActionID: id-2\nChannel: SIP/101-00000001\nUniqueid: 1\nVariable: CALLERID(dnid)=102\n\n' +
        'Event: StatusComplete\nActionID: id-2\n\n',
    );
    await listed;
    expect(asked.at(-1)).toEqual(['Status', { Variables: 'CALLERID(dnid)' }]);
    expect(lists()).toMatchObject([{ channels: [{ application: 'Dial', dnid: '102' }] }]);
  });

  it('comes without the numbers where Status is not answered', async () => {
    const { resync, connection, feed, lists } = await begun([], { silent: ['Status'] });
    const listed = resync.list(connection, SETTINGS);
    await Promise.resolve();
    feed(line('1', 'ActionID: id-1\n') + complete('ActionID: id-1\n'));
    expect(await listed).toBe('received');
    expect(lists()).toMatchObject([{ channels: [{ uniqueid: '1' }] }]);
  });

  it('that Asterisk refuses is reported as unavailable', async () => {
    const { resync, connection, emitted } = await begun(['CoreShowChannels', 'Status']);
    expect(await resync.list(connection, SETTINGS)).toBe('refused');
    expect(emitted.at(-1)).toEqual({ event: 'ChannelListUnavailable' });
  });
});
