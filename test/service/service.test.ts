import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../helpers/arrivals.ts';
import type { Arrived } from '../helpers/receiver.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';

const recording = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../fixtures/${name}/asterisk22-pjsip.ami.log`), 'utf8');

const running: RunningService[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function start(extensions: (url: string) => string, more = ''): Promise<RunningService> {
  const one = await startService(extensions, more);
  running.push(one);
  return one;
}

const logged = (one: RunningService, text: string) =>
  one.log.until((lines) => lines.some(({ msg }) => String(msg).includes(text)));
const eventIds = (requests: readonly Arrived[]) => requests.map(({ headers }) => headers['x-event-id']);

describe('the service', () => {
  it('sends what its rules ask for, in the order of each leg', async () => {
    const { asterisk, receiver } = await start(
      (
        url,
      ) => `  "101": { events: [{ on: dial-out, id: out, url: "${url}/out" }, { on: hangup, id: end, url: "${url}/end" }] }
  "102": { events: [{ on: dial-in, id: in, method: POST, url: "${url}/in" }, { on: dial-in, url: "${url}", status: disabled }] }`,
    );
    asterisk.play(recording('direct-answered'));
    const requests = await receiver.requests.count(3);
    expect(eventIds(requests.filter(({ path }) => path !== '/in'))).toEqual(['out', 'end']);
    expect(requests.find(({ path }) => path === '/in')).toMatchObject({
      method: 'POST',
      params: { CallerIDNum: '101', CalledExtension: '102', CallFlow: 'IN', CallStatus: 'CALLING' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  it('takes a changed configuration as a whole, and none with a problem', async () => {
    const one = await start((url) => `  "102": { events: [{ on: dial-in, id: old, url: "${url}" }] }`);
    one.configure('  "102": { events: [{ on: dial-inn, id: new, url: "http://127.0.0.1:1/" }] }');
    expect(await one.service.reload()).toBe(false);
    await logged(one, 'config.yaml:5:');
    await logged(one, 'applied before stays active');
    one.asterisk.play(recording('direct-answered'));
    expect(eventIds(await one.receiver.requests.count(1))).toEqual(['old']);
    one.configure(`  "102": { events: [{ on: dial-in, id: new, url: "${one.receiver.url}" }] }`);
    expect(await one.service.reload()).toBe(true);
    one.asterisk.play(recording('direct-busy'));
    expect(eventIds(await one.receiver.requests.count(2))).toEqual(['old', 'new']);
  });

  it('closes the legs of calls that ended while the connection was lost', async () => {
    const { asterisk, receiver } = await start(
      (url) => `  "102": { events: [{ on: dial-in, url: "${url}/in" }, { on: hangup, url: "${url}/end" }] }`,
    );
    const text = recording('direct-answered');
    asterisk.play(text.slice(0, text.indexOf('Event: Hangup')));
    await receiver.requests.count(1);
    asterisk.channels.clear();
    asterisk.cut();
    const requests = await receiver.requests.count(2);
    expect(requests[1]).toMatchObject({ path: '/end', params: { CallStatus: 'ANSWER' } });
  });

  it('goes on, and logs it, when a subscriber of its events fails', async () => {
    const one = await start((url) => `  "102": { events: [{ on: dial-in, id: ring, url: "${url}" }] }`);
    const applied: unknown[] = [];
    one.service.events.on('callEvent', () => {
      throw new Error('planted');
    });
    one.service.events.on('configApplied', ({ file }) => applied.push(file));
    one.asterisk.play(recording('direct-answered'));
    await one.receiver.requests.count(1);
    await logged(one, 'a subscriber of service events has failed');
    await one.service.reload();
    expect(applied).toEqual([one.configFile]);
  });

  it('passes on the states of its connection, also after it was stopped and started', async () => {
    const one = await start((url) => `  "102": { events: [{ on: hangup, url: "${url}" }] }`);
    const states = new Arrivals<string>();
    one.service.events.on('feedState', ({ server, state }) => states.add(`${server}${state}`));
    await one.service.stop();
    expect([states.all.at(-1), one.service.state.servers]).toEqual(['stopped', []]);
    await one.service.start();
    await states.count(1, (state) => state === 'ready');
    expect(one.service.state.servers).toEqual([{ server: '', state: 'ready', connected: true }]);
  });

  it('names the endpoints that no extension has, once', async () => {
    const one = await start((url) => `  "999": { events: [{ on: dial-in, url: "${url}" }] }`);
    one.asterisk.play(recording('direct-answered'));
    one.asterisk.play(recording('direct-busy'));
    await logged(one, 'no extension has these channels: PJSIP/101, PJSIP/102');
  });

  it('reports to its supervisor when it is ready, reloads and stops, and what is wrong', async () => {
    const said: string[] = [];
    const say = (what: string) => () => {
      said.push(what);
    };
    const one = await startService((url) => `  "102": { events: [{ on: hangup, url: "${url}" }] }`, '', {
      supervisor: {
        watchdogMs: 30,
        ready: say('ready'),
        reloading: say('reloading'),
        stopping: say('stopping'),
        status: (text) => said.push(`status ${text}`),
        watchdog: say('watchdog'),
      },
    });
    expect(said[0]).toBe('ready');
    expect(said[1]).toMatch(/^status connecting to Asterisk; 0 legs open/);
    // It is connected now, and that was not waited for.
    expect(said.filter((what) => what.startsWith('status')).at(-1)).toMatch(/^status connected to Asterisk; /);
    await one.service.reload();
    expect(said.filter((what) => /^re/.test(what))).toEqual(['ready', 'reloading', 'ready']);
    while (!said.includes('watchdog')) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.stop();
    expect(said.at(-1)).toBe('stopping');
  });

  it('counts and logs how long it was without events between two runs', async () => {
    const one = await start((url) => `  "102": { events: [{ on: hangup, url: "${url}" }] }`);
    await one.service.stop();
    await one.service.start();
    await logged(one, 's without events (call-events was not running)');
  });

  it('keeps what is pending when it stops, and sends it after the next start', async () => {
    const one = await start((url) => `  "102": { events: [{ on: hangup, id: end, url: "${url}" }] }`);
    one.receiver.status = 500;
    one.asterisk.play(recording('direct-answered'));
    await one.receiver.requests.count(1);
    await one.service.stop();
    one.receiver.status = 200;
    const tried = one.receiver.requests.all.length;
    await one.service.start();
    await one.receiver.requests.count(tried + 1);
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    const ids = new Set(one.receiver.requests.all.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
  });
});
