import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { Arrivals } from '../helpers/arrivals.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';
import { type Receiver, startReceiver } from '../helpers/receiver.ts';

const recording = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../fixtures/${name}/asterisk22-pjsip.ami.log`), 'utf8');
const ANSWERED = recording('direct-answered');
const BUSY = recording('direct-busy');

interface World {
  east: FakeAsterisk;
  west: FakeAsterisk;
  receiver: Receiver;
  service: Service;
  log: Arrivals<Record<string, unknown>>;
  /** Writes config.yaml with these servers. */
  write(...servers: [name: string, asterisk: FakeAsterisk][]): void;
}

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function start(): Promise<World> {
  const [east, west, receiver] = await Promise.all([startFakeAsterisk(), startFakeAsterisk(), startReceiver()]);
  const directory = mkdtempSync(join(tmpdir(), 'call-events-servers-'));
  const configFile = join(directory, 'config.yaml');
  let writes = 0;
  // A file that is shorter than before may be half-written, and waits.
  const write = (...servers: [string, FakeAsterisk][]) =>
    writeFileSync(
      configFile,
      `asterisk:
${servers.map(([name, { port }]) => `  - { name: ${name}, port: ${port}, username: callevents, secret: geheim, extensions: { "101": { events: [{ on: dial-out, url: "${receiver.url}/${name}" }] } } }`).join('\n')}
outbox: ${join(directory, 'outbox.db')} # ${'x'.repeat(300 * ++writes)}
extensions:
  "102": { events: [{ on: dial-in, url: "${receiver.url}/in" }, { on: hangup, url: "${receiver.url}/end" }] }
`,
    );
  write(['east', east], ['west', west]);
  const log = new Arrivals<Record<string, unknown>>();
  const service = new Service({
    configFile,
    env: {},
    createLog: (level, secrets) => createLog(level, 'json', secrets, (line) => log.add(JSON.parse(line))),
  });
  ending.push(() => Promise.all([east.stop(), west.stop(), receiver.stop()]));
  ending.push(() => service.stop());
  await service.start();
  for (const asterisk of [east, west]) await listed(asterisk);
  return { east, west, receiver, service, log, write };
}

const listed = (asterisk: FakeAsterisk, times = 1) =>
  asterisk.actions.count(times, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
const untilHangup = (text: string) => text.slice(0, text.indexOf('Event: Hangup'));

describe('several Asterisk servers', () => {
  it('have the same CallIDs, and each its own legs, rules and requests', async () => {
    const { east, west, receiver, service } = await start();
    east.play(untilHangup(ANSWERED));
    west.play(untilHangup(ANSWERED));
    await receiver.requests.count(4);
    expect(
      service
        .openLegs()
        .map(({ server, extension }) => `${server} ${extension}`)
        .sort(),
    ).toEqual([...['east 101', 'east 102', 'west 101', 'west 102']]);
    for (const one of [east, west]) one.play(ANSWERED.slice(untilHangup(ANSWERED).length));
    const requests = await receiver.requests.count(6);
    expect(requests.map(({ path, params }) => `${path} ${params.Asterisk}`).sort()).toEqual(
      ['/east east', '/west west', '/in east', '/in west', '/end east', '/end west'].sort(),
    );
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(6);
    expect(new Set(requests.map(({ params }) => params.CallID)).size).toBe(1);
  });

  it('are each read on while another is down, and the log says which', async () => {
    const { east, west, receiver, service, log } = await start();
    await east.stop();
    await log.until((lines) =>
      lines.some(({ server, msg }) => server === 'east' && String(msg).startsWith('east: AMI: ')),
    );
    west.play(ANSWERED);
    await receiver.requests.count(3);
    expect(service.state.servers).toMatchObject([
      { server: 'east', connected: false },
      { server: 'west', connected: true },
    ]);
    east.stop = async () => undefined;
  });

  it('keep their open legs apart over a restart of the service', async () => {
    const { east, west, receiver, service } = await start();
    for (const one of [east, west]) one.play(untilHangup(ANSWERED));
    await receiver.requests.count(4);
    await service.stop();
    east.channels.clear();
    await service.start();
    const [, , , , ended] = await receiver.requests.count(5);
    expect(ended).toMatchObject({ path: '/end', params: { Asterisk: 'east' } });
    expect(service.openLegs().map(({ server }) => server)).toEqual(['west', 'west']);
  });

  it('come and go with the configuration; the legs of one that goes end', async () => {
    const { east, west, receiver, service, write } = await start();
    for (const one of [east, west]) one.play(untilHangup(ANSWERED));
    await receiver.requests.count(4);
    write(['east', east]);
    expect(await service.reload()).toBe(true);
    const [, , , , ended] = await receiver.requests.count(5);
    expect(ended).toMatchObject({ path: '/end', params: { Asterisk: 'west' } });
    expect(service.openLegs().map(({ server }) => server)).toEqual(['east', 'east']);
    expect(service.alive).toBe(true);
    west.channels.clear();
    write(['east', east], ['west', west]);
    expect(await service.reload()).toBe(true);
    await listed(west, 2);
    west.play(BUSY);
    await receiver.requests.count(8);
  });
});
