import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { Arrivals } from '../helpers/arrivals.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';
import { ask, READ_TOKEN, webSettings } from '../helpers/page.ts';
import { type Receiver, startReceiver } from '../helpers/receiver.ts';

const ANSWERED = readFileSync(
  join(import.meta.dirname, '../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
);

let east: FakeAsterisk;
let west: FakeAsterisk;
let receiver: Receiver;
let service: Service;

beforeEach(async () => {
  [east, west, receiver] = await Promise.all([startFakeAsterisk(), startFakeAsterisk(), startReceiver()]);
  const directory = mkdtempSync(join(tmpdir(), 'call-events-servers-'));
  const configFile = join(directory, 'config.yaml');
  const entry = (name: string, { port }: FakeAsterisk) =>
    `  - { name: ${name}, port: ${port}, username: callevents, secret: geheim, extensions: { "101": { events: [{ on: dial-out, id: of-${name}, url: "${receiver.url}/${name}" }] } } }`;
  writeFileSync(
    configFile,
    `asterisk:\n${entry('east', east)}\n${entry('west', west)}\noutbox: ${join(directory, 'outbox.db')}\n${webSettings()}\nextensions:\n  "102": {}\n`,
  );
  const log = new Arrivals<Record<string, unknown>>();
  service = new Service({
    configFile,
    env: {},
    createLog: (level, secrets) => createLog(level, 'json', secrets, (line) => log.add(JSON.parse(line))),
  });
  await service.start();
  await log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('page and API: ')));
  for (const asterisk of [east, west])
    await asterisk.actions.count(1, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
});
afterEach(async () => {
  await service.stop();
  await Promise.all([east.stop(), west.stop(), receiver.stop()]);
});

const get = async (path: string) =>
  ask(`${service.webUrl?.replace(/\/$/, '')}${path}`, { headers: { authorization: `Bearer ${READ_TOKEN}` } });
const json = async (path: string) => (await get(`/api/v1${path}`)).json();

it('two servers may have calls with equal CallIDs: each has its own story', async () => {
  east.play(ANSWERED);
  await receiver.requests.count(1);
  west.play(ANSWERED);
  await receiver.requests.count(2);
  const { calls } = (await json('/calls')) as { calls: { callId: string; asterisk: string }[] };
  expect(calls.map(({ asterisk }) => asterisk)).toEqual(['west', 'east']);
  const [callId = '', ...others] = [...new Set(calls.map((call) => call.callId))];
  expect(others).toEqual([]);
  const eventIdsOf = async (query: string) => {
    const { asterisk, timeline } = (await json(`/calls/${callId}${query}`)) as {
      asterisk: string;
      timeline: { sent: { eventId: string }[] }[];
    };
    return [asterisk, ...timeline.flatMap(({ sent }) => sent.map(({ eventId }) => eventId))];
  };
  expect(await eventIdsOf('?server=east')).toEqual(['east', 'of-east']);
  expect(await eventIdsOf('?server=west')).toEqual(['west', 'of-west']);
  // Where none is named, the one of which something was heard last.
  expect(await eventIdsOf('')).toEqual(['west', 'of-west']);
  expect((await get(`/api/v1/calls/${callId}?server=north`)).status).toBe(404);
  expect(await json('/calls?server=east')).toMatchObject({ calls: [{ asterisk: 'east' }] });

  const page = await get(`/calls/${callId}?server=east`);
  expect(page.text).toContain('rule of-east');
  expect(page.text).not.toContain('rule of-west');
  expect((await get(`/calls/${callId}`)).text).toContain(`<a href="/calls/${callId}?server=east">that of east</a>`);
  const list = (await get('/calls')).text;
  for (const server of ['east', 'west']) expect(list).toContain(`href="/calls/${callId}?server=${server}"`);
  const { deliveries } = (await json('/deliveries?rule=of-east')) as { deliveries: { id: string }[] };
  expect((await get(`/deliveries/${deliveries[0]?.id}`)).text).toContain(`href="/calls/${callId}?server=east"`);
  expect((await get('/deliveries?rule=of-east')).text).toContain(`href="/calls/${callId}?server=east"`);
});
