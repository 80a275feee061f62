import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../faults/bridge-process.ts';
import { type Arrival, RecordingReceiver } from '../faults/recording-receiver.ts';
import { byLeg, type ExpectedEvent, expectationOf, FIXTURES } from '../helpers/expected.ts';
import { FLAVOURS } from './flavour.ts';
import { Asterisk } from './lab/asterisk.ts';
import { SCENARIOS } from './scenarios.ts';
import { openWorld } from './world.ts';

/*
 * Plays every scenario on one real Asterisk, with `call-events run` beside it and a receiver, and holds the requests that
 * arrive against the scenario's expected.yaml. It runs in a network namespace of its own (see run.ts).
 * usage: one.ts FLAVOUR [SCENARIO…]
 */
const ROOT = join(import.meta.dirname, '../..');
const [name, ...wanted] = process.argv.slice(2);
const flavour = FLAVOURS.find((one) => one.name === name);
if (flavour === undefined) throw new Error(`expected one of: ${FLAVOURS.map((one) => one.name).join(', ')}`);

const asterisk = new Asterisk(flavour);
const receiver = new RecordingReceiver();
const directory = mkdtempSync(join(tmpdir(), 'call-events-asterisk-'));
const config = join(directory, 'config.yaml');
await asterisk.start();
console.log(`${flavour.name}: ${asterisk.version}`);
const port = await receiver.listen();
writeFileSync(
  config,
  `asterisk: {username: callevents, secret: geheim, variables: [FROM_DID]}\n${readFileSync(join(FIXTURES, 'config.yaml'), 'utf8').replaceAll('127.0.0.1:9/', `127.0.0.1:${port}/`)}`,
);
// FROM_DID needs class dialplan, which the least rights do not have: the lab's user reads it.
writeFileSync(config, readFileSync(config, 'utf8').replace('callevents, secret: geheim', 'lab, secret: labor'));
const bridge = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'run', '--config', config], {
  env: { ...process.env, STATE_DIRECTORY: directory },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let log = '';
bridge.stdout.setEncoding('utf8').on('data', (text: string) => {
  log += text;
});
await until('the bridge to connect', () => log.includes('AMI: connected'));
const world = await openWorld(flavour, asterisk);

/** Requests as expected.yaml has them; each new CallID is the next `call-N`. */
function eventsOf(arrivals: readonly Arrival[]): ExpectedEvent[] {
  const calls: string[] = [];
  return arrivals.map(({ event, extension, params }) => {
    const { CallID = '' } = params;
    if (!calls.includes(CallID)) calls.push(CallID);
    return { event, extension, params: { ...params, CallID: `call-${calls.indexOf(CallID) + 1}` } };
  });
}

/** The legs whichever number their call has: which of two calls came first is not the point here. */
function comparable(events: readonly ExpectedEvent[]): unknown {
  const numbers = [...new Set(events.map(({ params }) => params.CallID ?? ''))];
  const texts = numbers.map((number) => {
    const ofCall = events.filter(({ params }) => params.CallID === number);
    const legs = byLeg(ofCall.map((event) => ({ ...event, params: { ...event.params, CallID: '' } })));
    return JSON.stringify(
      Object.entries(legs)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([leg, of]) => [leg, of.map(sorted)]),
    );
  });
  return texts.sort();
}

const sorted = ({ event, params }: ExpectedEvent) => [event, Object.entries(params).sort()];

const counts = { passed: 0, failed: 0 };
for (const scenario of SCENARIOS) {
  if (scenario.only?.(flavour) === false || (wanted.length > 0 && !wanted.includes(scenario.name))) continue;
  const { events: expected } = expectationOf(scenario.name, flavour.name);
  receiver.arrivals.length = 0;
  try {
    await scenario.play(world);
    await world.quiet();
    await until(`${expected.length} requests`, () => receiver.arrivals.length >= expected.length, 3000).catch(
      () => undefined,
    );
    const told = eventsOf(receiver.arrivals);
    if (!isDeepStrictEqual(comparable(told), comparable(expected)))
      throw new Error(`expected ${JSON.stringify(expected, null, 1)}\narrived ${JSON.stringify(told, null, 1)}`);
    counts.passed++;
    console.log(`ok      ${flavour.name} ${scenario.name}: ${told.length} requests`);
  } catch (error) {
    counts.failed++;
    console.log(`FAILED  ${flavour.name} ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
    asterisk.console('channel request hangup all');
    await world.quiet();
  }
  world.reset();
}
world.close();
bridge.kill('SIGTERM');
const code = await new Promise((resolve) => bridge.once('exit', resolve));
if (code !== 0) {
  counts.failed++;
  console.log(`FAILED  the bridge ended with ${String(code)}:\n${log.slice(-2000)}`);
}
await receiver.stop();
await asterisk.stop();
rmSync(directory, { recursive: true, force: true });
console.log(`${flavour.name}: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
