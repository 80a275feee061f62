import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';

const ANSWERED = readFileSync(
  join(import.meta.dirname, '../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
);
/** Nothing listens there. */
const WRONG = 'http://127.0.0.1:1';

const rules = (url: string, more = '') =>
  `  "102": { events: [{ on: dial-in, id: ring, url: "${url}/ring"${more} }, { on: hangup, id: end, url: "${url}/end"${more} }] }`;

let running: RunningService;
afterEach(() => running.stop());

async function deliveries(...args: string[]): Promise<string> {
  const captured = captureIo();
  await runProgram(['deliveries', ...args, '--config', running.configFile], captured.io);
  return captured.stdout();
}

/** Both are on disk, and wait. */
async function bothPending(): Promise<void> {
  running.asterisk.play(ANSWERED);
  while (running.service.state.queue.depth < 2) await turn();
}

it('what is pending goes to the target that the rule names now, in order, with the id that it had', async () => {
  running = await startService(() => rules(WRONG));
  await bothPending();
  const [ring] = JSON.parse(`[${await deliveries('list', '--json', '--event', 'dial-in')}]`);
  running.configure(rules(running.receiver.url));
  await running.service.reload();
  const arrived = await running.receiver.requests.count(2);
  expect(arrived.map(({ path }) => path)).toEqual(['/ring', '/end']);
  expect(arrived[0]?.headers['webhook-id']).toBe(ring.delivery);
  expect(arrived[1]?.params).toMatchObject({ CalledExtension: '102', CallStatus: 'ANSWER' });
});

it('a dead letter sent again after the URL was put right arrives, also through a restart', async () => {
  running = await startService(() => rules(WRONG));
  await bothPending();
  expect(await deliveries('discard', '--since', '1h')).toBe('pending deliveries discarded: 2\n');
  await running.service.stop();
  running.configure(rules(running.receiver.url, ', method: POST'));
  expect(await deliveries('retry', '--state', 'dead')).toBe('to be sent again by the service: 2\n');
  const again = new Service({
    configFile: running.configFile,
    env: {},
    createLog: () => createLog('silent', 'json', [], () => {}),
  });
  await again.start();
  const arrived = await running.receiver.requests.count(2);
  await again.stop();
  expect(arrived.map(({ path, method }) => [method, path])).toEqual([
    ['POST', '/ring'],
    ['POST', '/end'],
  ]);
  // What was sent is what is shown.
  const id = String(arrived[0]?.headers['webhook-id']);
  expect(await deliveries('show', id)).toContain(`> POST ${running.receiver.url}/ring\n`);
});

it.each([
  ['disabled', rules(WRONG, ', status: disabled'), 'its rule is disabled'],
  ['gone', '  "102": {}', 'its rule is no longer in the configuration'],
])('what waits for a rule that is %s becomes a dead letter that says so', async (_name, changed, reason) => {
  running = await startService(() => rules(WRONG));
  await bothPending();
  running.configure(changed);
  await running.service.reload();
  const isDead = ({ outcome }: Record<string, unknown>) => outcome === 'dead';
  const dead = (await running.log.count(2, isDead)).filter(isDead);
  expect(dead.map((line) => line.reason)).toEqual([reason, reason]);
  expect(await deliveries('show', String(dead[0]?.delivery))).toContain(
    `sent again, it becomes a dead letter at once: ${reason}`,
  );
});

it('of a configuration that was written and then changed by somebody else, what stands there is applied', async () => {
  running = await startService((url) => rules(url));
  const { service, configFile } = running;
  const written = (notes: string) => {
    running.configure(rules(running.receiver.url, `, notes: ${notes}`));
    return { config: loadConfig(configFile, { env: {} }), text: readFileSync(configFile, 'utf8') };
  };
  const first = written('first');
  expect(await service.reload({ written: first })).toBe(true);
  // Handed over, and not read again.
  expect(service.config).toBe(first.config);
  const second = written('second');
  running.configure(rules(running.receiver.url, ', notes: third'));
  expect(await service.reload({ written: second })).toBe(true);
  expect(service.config?.extensions[0]?.rules?.[0]?.notes).toBe('third');
});
