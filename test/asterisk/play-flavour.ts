import { isDeepStrictEqual } from 'node:util';
import type { Arrival } from '../faults/recording-receiver.ts';
import { type ExpectedEvent, expectationOf } from '../helpers/expected.ts';
import { FLAVOURS } from './flavour.ts';
import { Asterisk } from './lab/asterisk.ts';
import { legsArrived, legsExpected } from './legs.ts';
import { scenariosOf } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { RunningService } from './service.ts';
import { Lab } from './world.ts';

/*
 * Plays scenarios on one real Asterisk, with `call-events run` beside it, and compares the requests that arrive with
 * the scenario's expected.yaml. There are two services: one with the least rights, one that reads class `dialplan` too.
 * It runs in a network namespace of its own (see run.ts). usage: one.ts FLAVOUR INSTANCE SCENARIO…
 */
const [name, instance = '', ...wanted] = process.argv.slice(2);
const flavour = FLAVOURS.find((one) => one.name === name);
if (flavour === undefined) throw new Error(`expected one of: ${FLAVOURS.map((one) => one.name).join(', ')}`);

/** A scenario that goes wrong so many times in a row has failed. */
const MOST_PLAYS = 3;

const asterisk = new Asterisk(flavour, instance);
await asterisk.start();
console.log(`on ${asterisk.version}`);
const least = new RunningService('{username: callevents, secret: geheim}');
const all = new RunningService('{username: lab, secret: labor, variables: [FROM_DID]}');
const services = [least, all];
await Promise.all(services.map((service) => service.start()));
const lab = await Lab.open(flavour, asterisk);

for (const scenario of scenariosOf(flavour, wanted)) await tried(scenario);
lab.close();
for (const service of services) {
  const wrong = await service.stop();
  if (wrong !== undefined) failed('at the end', wrong);
}
await asterisk.stop();

/**
 * Plays a scenario and judges what was emitted of it; again when that went wrong, for what Asterisk's threads report
 * first is luck in some shapes. A fault of the service goes wrong every time; each time is printed.
 */
async function tried(scenario: Scenario): Promise<void> {
  for (let left = MOST_PLAYS - 1; left >= 0; left--) {
    try {
      console.log(`ok      ${name} ${scenario.name}: ${await played(scenario)} requests`);
      lab.reset();
      return;
    } catch (error) {
      if (left > 0) console.log(`again   ${name} ${scenario.name}: ${textOf(error)}`);
      else failed(scenario.name, `in each of ${MOST_PLAYS} tries: ${textOf(error)}`);
    }
    await cleared();
    lab.reset();
  }
}

/** @returns how many requests it made */
async function played(scenario: Scenario): Promise<number> {
  const { events: expected } = expectationOf(scenario.name, name ?? '');
  await scenario.play(lab);
  await lab.quiet();
  const [withLeast = [], withAll = []] = await Promise.all(services.map((service) => service.take(expected.length)));
  if (scenario.allRights !== true) compare('with the least rights', withLeast, expected);
  compare('with class dialplan', withAll, expected);
  return withAll.length;
}

/** Nothing is left of what was played. */
async function cleared(): Promise<void> {
  asterisk.console('channel request hangup all');
  await lab.quiet();
  await Promise.all(services.map((service) => service.forget()));
}

function failed(what: string, why: string): void {
  process.exitCode = 1;
  console.log(`FAILED  ${name} ${what}: ${why}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function compare(how: string, arrivals: readonly Arrival[], expected: readonly ExpectedEvent[]): void {
  if (isDeepStrictEqual(legsArrived(arrivals), legsExpected(expected))) return;
  const emitted = arrivals.map(({ event, extension, params }) => ({ event, extension, params }));
  throw new Error(`${how}: expected ${JSON.stringify(expected, null, 1)}\narrived ${JSON.stringify(emitted, null, 1)}`);
}
