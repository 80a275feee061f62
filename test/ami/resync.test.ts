import { describe, expect, it } from '@jest/globals';
import type { Answer } from 'asterisk-manager';
import type { Connection } from '../../src/ami/connection.ts';
import { DialectDecoder } from '../../src/ami/dialect.ts';
import type { AmiEvent } from '../../src/ami/events.ts';
import type { Packet } from '../../src/ami/packet.ts';
import { AmiParser } from '../../src/ami/parser.ts';
import { RESYNC_EVENTS, Resync } from '../../src/ami/resync.ts';
import { completeSettings } from '../../src/ami/settings.ts';

const SETTINGS = completeSettings({ host: '', port: 0, username: 'u', secret: 's', eventMask: 'call' });

/** A resync whose Asterisk answers each action with success; what it says beside that is fed by the test. */
async function begun(refused: string[] = []) {
  const told: AmiEvent[] = [];
  const warnings: string[] = [];
  const log = { info() {}, warn: (_about: object, message: string) => void warnings.push(message), error() {} };
  const resync = new Resync({
    decoder: new DialectDecoder(),
    emit: (event) => told.push(event),
    log,
    startup: undefined,
  });
  let ids = 0;
  const connection = {
    nextId: () => `id-${++ids}`,
    action: async (name: string): Promise<Answer> =>
      (refused.includes(name) ? { response: 'Error', message: `no ${name}` } : { response: 'Success' }) as Answer,
    within: (promise: Promise<unknown>) => promise,
  } as unknown as Connection;
  const feed = (text: string) => {
    const again: boolean[] = [];
    const parser = new AmiParser(RESYNC_EVENTS, {
      packet: (packet: Packet) => again.push(resync.packet(packet)),
      banner() {},
    });
    parser.push(Buffer.from(text.replaceAll('\n', '\r\n')));
    return again;
  };
  await resync.begin(connection, SETTINGS);
  return { resync, connection, told, warnings, feed, lists: () => told.filter(({ event }) => event === 'Channels') };
}

const line = (uniqueid: string, id: string) =>
  `Event: CoreShowChannel\n${id}Channel: PJSIP/101-0000000${uniqueid}\nUniqueid: ${uniqueid}\nLinkedid: ${uniqueid}\n\n`;
const complete = (id: string) => `Event: CoreShowChannelsComplete\n${id}EventList: Complete\nListItems: 1\n\n`;
const BOOTED = 'Event: FullyBooted\nStatus: Fully Booted\n\n';

describe('the list of channels', () => {
  it('is of what was known before the events were asked for', async () => {
    const { told } = await begun();
    expect(told.map(({ event }) => event)).toEqual(['ChannelsAsked']);
  });

  it('comes before what was told too early, which counts as news; what a lost connection told early is gone', async () => {
    const { resync, connection, told } = await begun();
    resync.lost();
    resync.tell({ event: 'Tick', at: 1 });
    resync.lost();
    resync.tell({ event: 'Tick', at: 2 });
    expect(told).toHaveLength(1);
    await resync.begin(connection, SETTINGS);
    resync.tell({ event: 'Tick', at: 3 });
    expect(told.slice(1)).toEqual([{ event: 'ChannelsAsked' }, { event: 'Tick', at: 2 }, { event: 'Tick', at: 3 }]);
  });

  it('is taken without ActionID too, and not with that of another one', async () => {
    const { resync, connection, feed, lists } = await begun();
    const listed = resync.list(connection);
    feed(line('1', 'ActionID: id-99\n') + complete('ActionID: id-99\n'));
    expect(lists()).toEqual([]);
    feed(line('2', '') + complete(''));
    await listed;
    expect(lists()).toMatchObject([{ channels: [{ uniqueid: '2' }] }]);
  });

  it('that is asked for once more, because Asterisk is up only now, leaves nobody waiting for the first', async () => {
    const { resync, connection, told, feed, lists } = await begun();
    const first = resync.list(connection);
    expect(feed(BOOTED)).toEqual([true]);
    const second = resync.list(connection);
    await first;
    feed(complete('ActionID: id-1\n') + line('3', 'ActionID: id-2\n') + complete('ActionID: id-2\n'));
    await second;
    expect(told.map(({ event }) => event)).toEqual(['ChannelsAsked', 'ChannelsAsked', 'Channels']);
    expect(lists()).toMatchObject([{ channels: [{ uniqueid: '3' }] }]);
  });

  it('is taken from Status where only that is allowed', async () => {
    const { resync, connection, feed, lists, warnings } = await begun(['CoreStatus', 'CoreShowChannels']);
    const listed = resync.list(connection);
    await Promise.resolve();
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

  it('that nobody gives is missed once, with what to do', async () => {
    const { resync, connection, warnings } = await begun(['CoreStatus', 'CoreShowChannels', 'Status']);
    await resync.list(connection);
    await resync.list(connection);
    expect(warnings).toEqual([expect.stringMatching(/no CoreShowChannels.*write = reporting/)]);
  });
});
