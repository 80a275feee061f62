import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AmiEvent, ChannelList } from '../../../src/ami/ami-events.ts';
import { eventFilter } from '../../../src/ami/event-filter.ts';
import {
  type AmiSessionOptions,
  type Gap,
  ReconnectingSession,
  type SessionState,
} from '../../../src/ami/session/reconnecting-session.ts';
import type { AmiSettings } from '../../../src/ami/session/settings.ts';
import { Arrivals } from '../../helpers/arrivals.ts';
import { type CuttingProxy, startCuttingProxy } from '../../helpers/cutting-proxy.ts';
import { type FakeAsterisk, type FakeAsteriskOptions, startFakeAsterisk } from '../../helpers/fake-asterisk.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../helpers/tls-certificate.ts';

/** What was begun in a test, to be stopped after it, in reverse. */
const begun: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const peer of begun.splice(0).reverse()) await peer.stop();
});

async function asterisk(options?: FakeAsteriskOptions): Promise<FakeAsterisk> {
  const fake = await startFakeAsterisk(options);
  begun.push(fake);
  return fake;
}

async function proxy(target: FakeAsterisk): Promise<CuttingProxy> {
  const between = await startCuttingProxy(target.port);
  begun.push(between);
  return between;
}

type Received =
  | AmiEvent
  | { event: 'connected'; gap: Gap | undefined }
  | { event: 'disconnected'; reason: string }
  | { event: 'log'; level: string; message: string };

function session(port: number, settings: Partial<AmiSettings> = {}, options: Partial<AmiSessionOptions> = {}) {
  const received = new Arrivals<Received>();
  const states = new Arrivals<SessionState>();
  const log = (level: string) => (_about: object, message: string) => received.add({ event: 'log', level, message });
  const ami = new ReconnectingSession({
    settings: {
      host: '127.0.0.1',
      port,
      username: 'callevents',
      secret: 'geheim',
      eventMask: 'system,call',
      backoffMin: 1,
      backoffMax: 20,
      refusedDelay: 50,
      ...settings,
    },
    onEvent: (event) => received.add(event),
    onConnected: (gap) => received.add({ event: 'connected', gap }),
    onDisconnected: ({ reason }) => received.add({ event: 'disconnected', reason }),
    onState: (state) => states.add(state),
    log: { debug: () => undefined, info: log('info'), warn: log('warn'), error: log('error') },
    ...options,
  });
  begun.push(ami);
  ami.start();
  return { ami, received, states };
}

const is = (event: Received['event']) => (received: Received) => received.event === event;
const logged = (received: Arrivals<Received>) =>
  received.all.flatMap((one) => (one.event === 'log' ? [one.message] : []));

const newchannel = (number: number, more = '') =>
  `Event: Newchannel\nPrivilege: call,all\nChannel: PJSIP/101-0000000${number}\nChannelState: 4\nExten: 102\n` +
  `Uniqueid: 1.${number}\nLinkedid: 1.${number}\n${more}\n`;

describe('a session', () => {
  it('logs in, asks for its events and channels in this order, and emits events', async () => {
    const fake = await asterisk();
    fake.play(newchannel(1));
    const { received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    fake.play(newchannel(2));
    await received.count(1, is('Newchannel'));
    expect(fake.actions.all.map(({ action, eventmask }) => [action, eventmask])).toEqual([
      ['login', undefined],
      ['CoreStatus', undefined],
      ['Events', 'system,call'],
      ['CoreShowChannels', undefined],
      ['Status', undefined],
    ]);
    expect(received.all.filter((one) => one.event !== 'log').map(({ event }) => event)).toEqual([
      'Startup',
      'ChannelListRequested',
      'connected',
      'ChannelList',
      'Newchannel',
    ]);
    expect(received.all.find(is('ChannelList'))).toMatchObject({
      channels: [{ channel: 'PJSIP/101-00000001', uniqueid: '1.1', linkedid: '1.1', state: 4, exten: '102' }],
    });
  });

  it('asks for no events with the login: they come after its questions', async () => {
    const fake = await asterisk();
    const { received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    expect(fake.actions.all[0]).toMatchObject({ action: 'login', events: 'off' });
  });

  it("gives each event a time: its own Timestamp, else the reading's", async () => {
    const fake = await asterisk();
    const { received } = session(fake.port, {}, { now: () => 5000 });
    await received.count(1, is('ChannelList'));
    fake.play(newchannel(1));
    fake.play(newchannel(2, 'Timestamp: 1700000000.250000\n'));
    await received.count(2, is('Newchannel'));
    expect(received.all.filter(is('Newchannel'))).toMatchObject([{ at: 5000 }, { at: 1_700_000_000_250 }]);
  });

  it('reports when all events of one read were emitted', async () => {
    const fake = await asterisk();
    const batches: number[] = [];
    let events = 0;
    const { received } = session(
      fake.port,
      {},
      { onEvent: (event) => received.add(event) ?? events++, onBatchEnd: () => batches.push(events) },
    );
    await received.count(1, is('ChannelList'));
    fake.send(`${newchannel(1)}\n${newchannel(2)}\n`);
    await received.count(2, is('Newchannel'));
    expect(batches.at(-1)).toBe(events);
    expect(batches).not.toContain(events - 1);
  });

  it('goes on when a subscriber of its events fails', async () => {
    const fake = await asterisk();
    const { received } = session(
      fake.port,
      {},
      {
        onEvent: (event) => {
          received.add(event);
          if (event.event === 'Newchannel') throw new Error('planted');
        },
      },
    );
    await received.count(1, is('ChannelList'));
    fake.play(newchannel(1));
    fake.play(newchannel(2));
    await received.count(2, is('Newchannel'));
    expect(logged(received)).toContain('AMI: an event could not be processed');
  });

  it('works byte by byte', async () => {
    const fake = await asterisk({ drip: true });
    const { received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    fake.play(newchannel(1));
    await received.count(1, is('Newchannel'));
  });

  it('speaks TLS, and trusts no certificate but those that it was given', async () => {
    const fake = await asterisk({ tls: { key: PRIVATE_KEY, cert: CERTIFICATE } });
    const trusting = session(fake.port, { tls: { ca: CERTIFICATE, servername: 'localhost' } });
    await trusting.received.count(1, is('ChannelList'));
    fake.play(newchannel(1));
    await trusting.received.count(1, is('Newchannel'));
    fake.cut();
    await trusting.received.count(2, is('ChannelList'));

    const distrusting = session(fake.port, { tls: {} });
    await distrusting.received.count(2, is('log'));
    expect(logged(distrusting.received)[0]).toMatch(
      /no TLS with 127\.0\.0\.1:\d+: its certificate is not signed by a trusted authority/,
    );
  });

  it('asks for class agent too where a queue reports its phones there only', async () => {
    const fake = await asterisk({ banner: 'Asterisk Call Manager/1.3' });
    const { received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    expect(fake.actions.all.find(({ action }) => action === 'Events')?.eventmask).toBe('system,call,agent');
  });

  it('lets Asterisk leave out what is not used, where the rights allow it', async () => {
    const fake = await asterisk({ system: true });
    let text = '';
    const { received } = session(
      fake.port,
      { filter: eventFilter([]) },
      { onBytes: (bytes) => (text += Buffer.from(bytes).toString()) },
    );
    await received.count(1, is('ChannelList'));
    fake.play(`Event: PeerStatus\nPrivilege: system,all\nPeer: x\n\n${newchannel(1)}`);
    await received.count(1, is('Newchannel'));
    expect(text).toContain('Event: Newchannel');
    expect(text).not.toContain('PeerStatus');
  });

  it('reads all events where it may not have them left out, and says so once, to who looks for it', async () => {
    const fake = await asterisk({ system: false });
    const debug: string[] = [];
    const nothing = () => undefined;
    const log = {
      debug: (_about: object, message: string) => void debug.push(message),
      info: nothing,
      warn: nothing,
      error: nothing,
    };
    const { received } = session(fake.port, { filter: eventFilter([]) }, { log });
    await received.count(1, is('ChannelList'));
    fake.cut();
    await received.count(2, is('ChannelList'));
    fake.play(newchannel(1));
    await received.count(1, is('Newchannel'));
    expect(debug.filter((line) => line.includes('no filter'))).toHaveLength(1);
  });

  it('gives the text of all events, used or not, and of nothing else', async () => {
    const fake = await asterisk();
    let text = '';
    const { received } = session(fake.port, {}, { onBytes: (bytes) => (text += Buffer.from(bytes).toString()) });
    await received.count(1, is('ChannelList'));
    fake.play(`Event: PeerStatus\nPrivilege: system,all\nPeer: x\n\n${newchannel(1)}`);
    await received.count(1, is('Newchannel'));
    expect(text).toContain('Event: PeerStatus\r\nPrivilege: system,all\r\nPeer: x\r\n\r\nEvent: Newchannel\r\n');
    expect(text).not.toMatch(/Response|geheim/);
  });

  it('refuses values with a line end in them', () => {
    for (const wrong of [{ username: 'a\r\nAction: Command' }, { secret: 'a\nb' }, { filter: 'x\ry' }]) {
      expect(() => session(1, wrong)).toThrow(expect.objectContaining({ code: 'AMI_BAD_VALUE' }));
    }
  });
});

describe('the state of a session', () => {
  const TO_READY: SessionState[] = ['connecting', 'logging in', 'subscribing', 'synchronising', 'ready'];
  const isReady = (state: SessionState) => state === 'ready';

  it('goes through each step to ready, through all of them again when the connection is lost, and to stopped', async () => {
    const fake = await asterisk();
    const { ami, states } = session(fake.port);
    await states.count(1, isReady);
    fake.cut();
    await states.count(2, isReady);
    expect(ami.state).toBe('ready');
    await ami.stop();
    expect(states.all).toEqual([...TO_READY, 'waiting', ...TO_READY, 'stopped']);
  });

  it('waits after a login that is refused', async () => {
    const fake = await asterisk({ refuse: true });
    const { ami, states } = session(fake.port, { refusedDelay: 60_000 });
    await states.count(1, (state) => state === 'waiting');
    expect([states.all, ami.connected]).toEqual([['connecting', 'logging in', 'waiting'], false]);
  });

  it('is synchronising, and connected, until the channels are listed, and again when Asterisk is up only now', async () => {
    const fake = await asterisk({ silentTo: ['coreshowchannels', 'status'] });
    const { ami, received, states } = session(fake.port, { answerTimeout: 20, listAgain: 20 });
    await received.count(2, is('ChannelListUnavailable'));
    expect([ami.state, ami.connected]).toEqual(['synchronising', true]);
    fake.manners.silentTo = [];
    await states.count(1, isReady);
    fake.play('Event: FullyBooted\nPrivilege: system,all\nStatus: Fully Booted\n\n');
    await states.count(2, isReady);
    expect(states.all).toEqual([...TO_READY, 'synchronising', 'ready']);
  });

  it('is ready where the rights give no list', async () => {
    const fake = await asterisk({ reporting: false });
    const { states } = session(fake.port);
    await states.count(1, isReady);
    expect(states.all).toEqual(TO_READY);
  });

  it('is in the log, for a closer look', async () => {
    const fake = await asterisk();
    const lines: string[] = [];
    const nothing = () => undefined;
    const debug = (about: object, message: string) => lines.push(`${'from' in about ? about.from : ''} → ${message}`);
    const { states } = session(fake.port, {}, { log: { debug, info: nothing, warn: nothing, error: nothing } });
    await states.count(1, isReady);
    expect(lines[0]).toBe('stopped → AMI: connecting');
    expect(lines.at(-1)).toBe('synchronising → AMI: ready');
  });
});

describe('start and stop', () => {
  it('may be called twice, and during each other', async () => {
    const fake = await asterisk();
    const { ami, received } = session(fake.port);
    ami.start();
    await received.count(1, is('ChannelList'));
    await Promise.all([ami.stop(), ami.stop()]);
    await ami.stop();
    expect(ami.connected).toBe(false);
    ami.start();
    await Promise.all([ami.stop(), ami.stop()]);
    ami.start();
    await received.count(2, is('ChannelList'));
    expect(ami.connected).toBe(true);
  });

  it('stops while it waits for the next try', async () => {
    const { ami, received } = session(1, { backoffMin: 60_000, backoffMax: 60_000 });
    await received.count(1, is('log'));
    await ami.stop();
  });

  it('stops while a login hangs', async () => {
    const fake = await asterisk({ swallow: true });
    const { ami } = session(fake.port);
    await fake.actions.count(1);
    await ami.stop();
    expect(ami.connected).toBe(false);
  });
});

describe('a lost connection', () => {
  it('comes back with its gap reported, and the channels asked for again', async () => {
    const fake = await asterisk();
    const { received } = session(fake.port);
    fake.play(newchannel(1));
    await received.count(1, is('ChannelList'));
    fake.cut();
    fake.play('Event: Hangup\nUniqueid: 1.1\n\n');
    await received.count(2, is('ChannelList'));
    const [first, second] = received.all.filter(is('connected')) as { gap?: Gap }[];
    expect(first?.gap).toBeUndefined();
    expect(second?.gap).toMatchObject({ reason: expect.stringMatching(/ECONNRESET|closed/) });
    expect((received.all.filter(is('ChannelList')) as ChannelList[]).map(({ channels }) => channels.length)).toEqual([
      1, 0,
    ]);
    expect(received.all.some(is('Restarted'))).toBe(false);
  });

  it('is tried again without end, the wait growing to its bound', async () => {
    const { received } = session(1, {}, { random: () => 1 });
    await received.count(8, is('log'));
    expect(logged(received)[0]).toContain('ECONNREFUSED');
  });

  it('leaves nothing of a half packet behind, wherever it was cut', async () => {
    const fake = await asterisk();
    fake.play(newchannel(1));
    const between = await proxy(fake);
    const { ami, received } = session(between.port);
    await received.count(1, is('ChannelList'));
    const whole = between.passed;
    let lists = received.all.filter(is('ChannelList')).length;
    for (let cut = 1; cut < whole; cut++) {
      between.cutAfter = cut;
      const connections = between.connections;
      fake.cut();
      // One that is cut at this byte, and the next one, which is whole.
      await received.until(
        (all) => between.connections >= connections + 2 && all.filter(is('ChannelList')).length > lists,
      );
      lists = received.all.filter(is('ChannelList')).length;
    }
    expect(ami.connected).toBe(true);
    for (const list of received.all.filter(is('ChannelList')) as ChannelList[]) expect(list.channels).toHaveLength(1);
    // Some hundreds of connections, one after the other.
  }, 60_000);

  it('that is half open is noticed by a ping without answer', async () => {
    const fake = await asterisk();
    const between = await proxy(fake);
    const { received } = session(between.port, { pingInterval: 300 });
    await received.count(1, is('ChannelList'));
    between.swallow = true;
    await received.count(1, is('disconnected'));
    expect(received.all.find(is('disconnected'))).toMatchObject({
      reason: expect.stringContaining('no answer to a ping'),
    });
    between.swallow = false;
    await received.count(2, is('ChannelList'));
  });

  it('is not one while pings are answered', async () => {
    const fake = await asterisk();
    const { received } = session(fake.port, { pingInterval: 5 });
    await fake.actions.count(20, ({ action }) => action === 'Ping');
    expect(received.all.some(is('disconnected'))).toBe(false);
  });
});

describe('a restart of Asterisk', () => {
  it('comes before anything new, by its start-up time', async () => {
    const fake = await asterisk();
    const { ami, received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    const startup = ami.startup;
    fake.restart();
    await received.count(2, is('ChannelList'));
    const after = received.all.slice(received.all.findIndex(is('disconnected'))).filter((one) => one.event !== 'log');
    expect(after.map(({ event }) => event)).toEqual([
      'disconnected',
      'Restarted',
      'Startup',
      'ChannelListRequested',
      'connected',
      'ChannelList',
    ]);
    expect(ami.startup).not.toBe(startup);
  });

  it.each([
    ['says when it was started', {}, '2026-11-23 08:00:00'],
    ['may not say it, whatever an earlier run knew', { reporting: false }, ''],
  ])('is reported by the start-up time that legs are named by: Asterisk %s', async (_, manners, startup) => {
    const fake = await asterisk(manners);
    const { received } = session(fake.port, {}, { startup: '2026-11-22 08:00:00' });
    await received.count(1, is('Startup'));
    expect(received.all.find(is('Startup'))).toMatchObject({ startup });
  });

  it('is noticed when it happened while the service was not running', async () => {
    const fake = await asterisk();
    const { received } = session(fake.port, {}, { startup: '2026-11-22 08:00:00' });
    await received.count(1, is('ChannelList'));
    expect(received.all.filter(is('Restarted'))).toHaveLength(1);
  });

  it('is taken from its Shutdown where the start-up time is unknown', async () => {
    const fake = await asterisk({ reporting: false });
    const { received } = session(fake.port);
    await received.count(1, is('connected'));
    await received.count(1, is('ChannelListRequested'));
    fake.play('Event: Shutdown\nPrivilege: system,all\nShutdown: Cleanly\nRestart: False\n\n');
    fake.play(newchannel(1));
    await received.count(1, is('Newchannel'));
    fake.cut();
    await received.count(2, is('connected'));
    expect(received.all.filter(is('Restarted'))).toHaveLength(1);
  });

  it('asks again when Asterisk was still starting at the login', async () => {
    const fake = await asterisk({ fullyBooted: false });
    const { received } = session(fake.port);
    await received.count(1, is('ChannelList'));
    fake.play(`${newchannel(1)}\nEvent: FullyBooted\nPrivilege: system,all\nStatus: Fully Booted\n\n`);
    await received.count(2, is('ChannelList'));
    expect(received.all.filter(is('ChannelList')).at(-1)).toMatchObject({ channels: [{ uniqueid: '1.1' }] });
  });
});

describe('an Asterisk that has booted only while it is asked for its channels', () => {
  const BOOTED = 'Event: FullyBooted\nPrivilege: system,all\nStatus: Fully Booted\n\n';
  const isListAction = ({ action }: Record<string, string>) => action === 'CoreShowChannels';

  it('is asked anew at once, whatever was asked before', async () => {
    const fake = await asterisk({ silentTo: ['coreshowchannels'] });
    const { received, states } = session(fake.port);
    await fake.actions.count(1, isListAction);
    fake.manners.silentTo = [];
    fake.play(`${BOOTED}${newchannel(1)}`);
    await states.count(1, (state) => state === 'ready');
    expect(received.all.filter((one) => one.event !== 'log').map(({ event }) => event)).toEqual([
      'Startup',
      'ChannelListRequested',
      'connected',
      'ChannelListRequested',
      'Newchannel',
      'ChannelList',
    ]);
  });

  it('is asked again and again where that is not answered either', async () => {
    const fake = await asterisk({ silentTo: ['coreshowchannels', 'status'] });
    const { received, states } = session(fake.port, { answerTimeout: 100, listAgain: 20 });
    await fake.actions.count(1, isListAction);
    fake.play(BOOTED);
    await received.count(1, is('ChannelListUnavailable'));
    fake.manners.silentTo = [];
    await states.count(1, (state) => state === 'ready');
    expect(received.all.filter(is('connected'))).toHaveLength(1);
  });
});

describe('a peer that does not do its part', () => {
  /** A server that says this to each connection and nothing else. */
  async function mute(says: string): Promise<number> {
    const sockets = new Set<{ destroy(): unknown }>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.write(says);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    begun.push({
      async stop() {
        const closed = once(server, 'close');
        server.close();
        for (const socket of sockets) socket.destroy();
        await closed;
      },
    });
    return (server.address() as AddressInfo).port;
  }

  it('refuses the login: logged plainly, and tried again after the longer wait', async () => {
    const fake = await asterisk({ refuse: true });
    const { received } = session(fake.port, { refusedDelay: 30 });
    await received.count(1, is('log'));
    expect(received.all[0]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('login refused: Authentication failed'),
    });
    fake.manners.refuse = false;
    await received.count(1, is('ChannelList'));
    expect(logged(received).join()).not.toContain('geheim');
  });

  it('refuses the channels for lack of rights: logged once, events go on', async () => {
    const fake = await asterisk({ reporting: false });
    const { received } = session(fake.port);
    await received.count(1, is('connected'));
    fake.cut();
    await received.count(2, is('connected'));
    fake.play(newchannel(1));
    await received.count(1, is('Newchannel'));
    await received.until(() => logged(received).some((message) => message.includes('write = reporting')));
    expect(logged(received).filter((message) => message.includes('write = reporting'))).toHaveLength(1);
    expect(received.all.some(is('ChannelList'))).toBe(false);
  });

  it.each([
    ['all questions', ['corestatus', 'filter', 'events', 'coreshowchannels', 'status']],
    ['the lists', ['coreshowchannels', 'status']],
  ])('never answers %s: logged once, and events come on the same connection', async (_name, silentTo) => {
    const fake = await asterisk({ silentTo });
    const { received } = session(fake.port, { answerTimeout: 20, listAgain: 20 });
    await received.count(2, is('ChannelListUnavailable'));
    if (silentTo.includes('events')) fake.send(`${newchannel(1).replaceAll('\n', '\r\n')}\r\n`);
    else fake.play(newchannel(1));
    await received.count(1, is('Newchannel'));
    expect(received.all.filter(is('connected'))).toHaveLength(1);
    expect(received.all.some(is('disconnected'))).toBe(false);
    expect(logged(received).filter((message) => message.includes('no answer to CoreShowChannels'))).toHaveLength(1);
    fake.manners.silentTo = [];
    await received.count(1, is('ChannelList'));
  });

  it.each([
    ['says nothing', '', /no answer to the login within/],
    ['talks of something else', 'HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(10), /no answer to the login within/],
    ['sends a block without end', 'x'.repeat(400_000), /did not end/],
    [
      'sends bytes of chance',
      Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251)).toString('latin1'),
      /AMI/,
    ],
  ])('%s: the connection is dropped with a reason', async (_name, says, reason) => {
    const { received } = session(await mute(says), { answerTimeout: 50 });
    await received.count(1, is('log'));
    expect(logged(received)[0]).toMatch(reason);
  });

  it('does not accept a connection: the attempt ends by the deadline', async () => {
    // An address of the documentation block, which no router passes on; refused at once where there is no route at all.
    const { received } = session(5038, { host: '192.0.2.1', connectTimeout: 50 });
    await received.count(1, is('log'));
    expect(logged(received)[0]).toMatch(/no connection within 50 ms|connection to 192\.0\.2\.1/);
  });
});
