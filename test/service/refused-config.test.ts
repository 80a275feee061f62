import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../src/config/config-problem.ts';
import { lastGoodPath } from '../../src/config/last-good.ts';
import { readRecordedCall } from '../../src/package-root.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';

const RULES = (url: string) => `  "102": { events: [{ on: dial-in, id: ring, url: "${url}" }] }`;
const BROKEN = '  "102": { events: [{ on: dial-inn, url: "http://127.0.0.1:1/", notes: as long as the other }] }';

let one: RunningService | undefined;
afterEach(async () => one?.stop());

async function start(options: Parameters<typeof startService>[2] = {}): Promise<RunningService> {
  one = await startService(RULES, 'metrics: { enabled: true, port: 0 }', options);
  return one;
}

async function kept({ outbox }: RunningService): Promise<void> {
  while (!existsSync(lastGoodPath(outbox))) await new Promise(setImmediate);
}

async function served({ service }: RunningService): Promise<string> {
  while (service.metricsUrl === undefined) await new Promise(setImmediate);
  return service.metricsUrl;
}

describe('a configuration with problems', () => {
  it('shows in /readyz, in the status line and in a metric, until it is corrected', async () => {
    const running = await start();
    const url = await served(running);
    const look = async () => [
      (await (await fetch(`${url}/readyz`)).json()) as unknown,
      /^call_events_config_ok .*$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[0],
    ];
    running.configure(BROKEN, 'metrics: { enabled: true, port: 0 }');
    expect(await running.service.reload()).toBe(false);
    expect(await look()).toEqual([
      {
        ready: true,
        problems: [
          expect.stringMatching(
            /config\.yaml has problems, so the configuration that was applied before is active: .*config\.yaml:5:\d+: extensions\.102\.events\[0\]\.on: "dial-inn"/,
          ),
        ],
      },
      'call_events_config_ok 0',
    ]);
    running.configure(RULES(running.receiver.url), 'metrics: { enabled: true, port: 0 }');
    expect(await running.service.reload()).toBe(true);
    expect(await look()).toEqual([{ ready: true, problems: [] }, 'call_events_config_ok 1']);
  });

  it('does not keep the service from starting: it starts with the one that was applied last', async () => {
    const running = await start();
    await kept(running);
    await running.service.stop();
    running.configure(BROKEN);
    await running.service.start();
    await running.log.until((lines) =>
      lines.some(
        ({ msg, level }) => level === 50 && /STARTS WITH THE CONFIGURATION THAT WAS APPLIED LAST/.test(`${msg}`),
      ),
    );
    expect(running.service.state.refused?.message).toContain('"dial-inn"');
    const states = () => running.service.state.servers.every(({ state }) => state === 'ready');
    while (!states()) await new Promise(setImmediate);
    running.asterisk.play(readRecordedCall('direct-answered'));
    const [request] = await running.receiver.requests.count(1);
    expect(request?.headers['x-event-id']).toBe('ring');
  });

  it('is what the service starts without when config.yaml is gone', async () => {
    const running = await start();
    await kept(running);
    await running.service.stop();
    // A file that is gone does not say where its outbox is: it is where the environment says.
    writeFileSync(running.configFile, `outbox: ${running.outbox}`);
    await running.service.start();
    expect(running.service.state.refused).toBeInstanceOf(ConfigError);
  });

  it('ends a strict start, and one before which none was applied', async () => {
    const running = await start({ strict: true });
    await kept(running);
    await running.service.stop();
    running.configure(BROKEN);
    await expect(running.service.start()).rejects.toThrow('"dial-inn"');
  });
});
