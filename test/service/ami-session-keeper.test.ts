import { afterEach, describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import type { Gap } from '../../src/ami/session/reconnecting-session.ts';
import { createLog } from '../../src/log.ts';
import { AmiSessionKeeper } from '../../src/service/ami-session-keeper.ts';
import { Arrivals } from '../helpers/arrivals.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';

const begun: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of begun.splice(0).reverse()) await one.stop();
});

const settingsFor = ({ port }: FakeAsterisk) => ({
  host: '127.0.0.1',
  port,
  username: 'callevents',
  secret: 'geheim',
  eventMask: 'system,call',
  pingInterval: 15_000,
});

async function linked() {
  const asterisks = await Promise.all([
    startFakeAsterisk(),
    startFakeAsterisk({ startup: { date: '2026-11-24', time: '09:00:00' } }),
  ]);
  begun.push(...asterisks);
  const events = new Arrivals<AmiEvent>();
  const connections = new Arrivals<Gap | undefined>();
  const lines = new Arrivals<{ msg: string; level: number; gap?: Gap }>();
  const link = new AmiSessionKeeper({
    log: createLog('info', 'json', [], (line) => lines.add(JSON.parse(line))),
    wantsVariable: () => true,
    onEvent: (event) => events.add(event),
    onBatchEnd() {},
    onState() {},
    onConnected: ({ gap }) => connections.add(gap),
  });
  begun.push(link);
  link.use(settingsFor(asterisks[0]));
  await events.count(1, ({ event }) => event === 'ChannelList');
  return { asterisks, events, connections, lines, link };
}

describe('a connection to Asterisk whose settings change', () => {
  it('is replaced, with the time in between reported as a gap and the living channels asked for', async () => {
    const { asterisks, events, connections, lines, link } = await linked();
    const [old, next] = asterisks;
    const before = link.lastContactAt ?? 0;
    link.use(settingsFor(next));
    await events.count(2, ({ event }) => event === 'ChannelList');
    expect(link.connected && link.alive).toBe(true);
    expect(old.listeners).toBe(0);
    // The other Asterisk was started at another time: nothing of the old one's calls is alive there.
    expect(events.all.map(({ event }) => event)).toEqual([
      'Startup',
      'ChannelListRequested',
      'ChannelList',
      'Restarted',
      'Startup',
      'ChannelListRequested',
      'ChannelList',
    ]);
    expect(connections.all).toEqual([
      undefined,
      expect.objectContaining({ reason: 'the connection has other settings' }),
    ]);
    expect(connections.all[1]?.since).toBeGreaterThanOrEqual(before);
    const said = lines.all.filter(({ msg }) => /other settings/.test(msg));
    expect(said).toMatchObject([
      { msg: 'the connection to Asterisk has other settings: connecting again', level: 30 },
      { msg: expect.stringMatching(/^AMI: .* s without events \(the connection has other settings\)/), level: 40 },
    ]);
    next.play('Event: Hangup\nPrivilege: call,all\nChannel: PJSIP/101-00000001\nUniqueid: 1.1\nLinkedid: 1.1\n\n');
    await events.count(1, ({ event }) => event === 'Hangup');
  });

  it('stays as it is with the same settings', async () => {
    const { asterisks, lines, link } = await linked();
    link.use(settingsFor(asterisks[0]));
    expect(link.connected).toBe(true);
    expect(lines.all.filter(({ msg }) => /other settings/.test(msg))).toEqual([]);
  });

  it('is silent from the moment the old one has ended until the new one answers', async () => {
    const { asterisks, events, connections, link } = await linked();
    const [old, next] = asterisks;
    next.manners.refuse = true;
    link.use(settingsFor(next));
    await next.actions.count(1, ({ action }) => action === 'login');
    expect(link.connected).toBe(false);
    expect(link.alive).toBe(true);
    const until = link.lastContactAt;
    expect(until).toBeLessThanOrEqual(Date.now());
    link.use(settingsFor(old));
    await events.count(2, ({ event }) => event === 'ChannelList');
    // The refused one never logged in, so it is one gap.
    expect(connections.all[1]).toMatchObject({ since: until, reason: 'the connection has other settings' });
  });
});
