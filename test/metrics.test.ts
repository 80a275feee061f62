import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fixtureText } from './helpers/fixture-log.ts';
import { type RunningService, startService } from './helpers/running-service.ts';

const ANSWERED = fixtureText('direct-answered');
const BUSY = fixtureText('direct-busy');
const RULES = (url: string) => `  "102": { events: [{ on: dial-in, id: ring, url: "${url}" }] }`;
const SERVED = 'metrics: { enabled: true, port: 0 }';

const running: RunningService[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function start(more: string): Promise<RunningService> {
  const one = await startService(RULES, more);
  running.push(one);
  return one;
}

async function served(one: RunningService): Promise<string> {
  await one.log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('metrics and health: http')));
  return one.service.metricsUrl ?? '';
}

async function get(url: string): Promise<[number, unknown]> {
  const response = await fetch(url);
  return [response.status, await response.json()];
}

/** The value of a metric, with its labels as Prometheus writes them. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}

describe('metrics and health', () => {
  it('count what happens and what came of it', async () => {
    const one = await start(SERVED);
    const url = await served(one);
    one.asterisk.play(ANSWERED.slice(0, ANSWERED.indexOf('Event: Hangup')));
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    expect(await metric(url, 'call_events_call_events_total{event="dial-in"}')).toBe(1);
    expect(await metric(url, 'call_events_deliveries_total{event="dial-in",outcome="delivered"}')).toBe(1);
    expect(await metric(url, 'call_events_attempt_duration_seconds_count')).toBe(1);
    expect(await metric(url, 'call_events_legs_open')).toBe(1);
    expect(await metric(url, 'call_events_ami_connected')).toBe(1);
    expect(await metric(url, 'call_events_queue_depth')).toBe(0);
    expect(await metric(url, 'call_events_ami_gaps_total')).toBe(0);
    one.asterisk.cut();
    await one.asterisk.actions.count(2, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
    expect(await metric(url, 'call_events_ami_gaps_total')).toBe(1);
    expect(await metric(url, 'call_events_ami_gap_seconds_total')).toBeGreaterThan(0);
  });

  it('count what a suspended rule does not send as dead', async () => {
    const one = await start(SERVED);
    const url = await served(one);
    const dead = () => metric(url, 'call_events_deliveries_total{event="dial-in",outcome="dead"}');
    one.receiver.status = 410;
    one.asterisk.play(ANSWERED);
    await one.log.until((lines) => lines.some(({ msg }) => String(msg).includes('rule ring is suspended')));
    expect(await dead()).toBe(1);
    one.asterisk.play(BUSY);
    while ((await dead()) < 2) await new Promise(setImmediate);
    expect(one.receiver.requests.all).toHaveLength(1);
  });

  it('say whether it is ready, and if not why', async () => {
    const one = await start(SERVED);
    const url = await served(one);
    expect(await get(`${url}/readyz`)).toEqual([200, { ready: true, problems: [] }]);
    expect(await get(`${url}/livez`)).toEqual([200, { alive: true }]);
    one.asterisk.manners.swallow = true;
    one.asterisk.cut();
    await one.log.until((lines) => lines.some(({ msg, level }) => level === 40 && String(msg).startsWith('AMI: ')));
    expect(await get(`${url}/readyz`)).toEqual([
      503,
      { ready: false, problems: [expect.stringContaining('Asterisk is not connected')] },
    ]);
    expect(await get(`${url}/livez`)).toEqual([200, { alive: true }]);
  });

  it('are switched on and off while it runs', async () => {
    const one = await start('');
    expect(one.service.metricsUrl).toBeUndefined();
    one.configure(RULES(one.receiver.url), SERVED);
    await one.service.reload();
    const url = await served(one);
    expect((await get(`${url}/livez`))[0]).toBe(200);
    one.configure(RULES(one.receiver.url));
    await one.service.reload();
    await one.service.stop();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('are no reason to end when their port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const one = await start(`metrics: { enabled: true, port: ${port} }`);
    await one.log.until((lines) =>
      lines.some(({ msg }) => String(msg).includes(`cannot be served on 127.0.0.1:${port}`)),
    );
    one.asterisk.play(ANSWERED);
    await one.receiver.requests.count(1);
    other.close();
  });
});
