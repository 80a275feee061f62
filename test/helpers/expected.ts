import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { variablesOf } from '../../src/config/ami-rights.ts';
import type { Config } from '../../src/config/config.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { loadConfig } from '../../src/config/load.ts';
import {
  type ExpectedLineCall,
  type ExpectedQueueCall,
  eventsOfLine,
  eventsOfQueues,
  queuesIn,
} from './expected-groups.ts';

/** Real recordings, each shape of call in a folder of its own. */
export const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** A call event that must come out, and every parameter that it has. */
export interface ExpectedEvent {
  event: string;
  extension: string;
  /** Channel variables that the configuration asks for are parameters too. */
  params: Record<string, string>;
}

/** What a recording is replayed with. */
export interface FixtureConfig {
  config: Config;
  directory: Extensions;
  /** Names of the channel variables that go out. */
  variables: string[];
}

export interface Expectation {
  shape: string;
  events: ExpectedEvent[];
  /** Who missed what: absent only where nobody was called. */
  missed?: MissedByWhom[];
  /** The legs whose Hangup says TransferredBy or RelatedCallID. Absent: none does. */
  transfers?: TransferredLeg[];
  /** The calls from outside; left out where nobody calls in. */
  line?: ExpectedLineCall[];
  /** The callers in queues; left out where class `agent` shows none. */
  queues?: ExpectedQueueCall[];
  /** fixtures/config.yaml is used where it is left out, else fixtures/configs/NAME.yaml. */
  config?: string;
}

/** How a leg was transferred, as its Hangup says it. Calls are the log's, from 1 on. */
export interface TransferredLeg {
  extension: string;
  flow: 'IN' | 'OUT';
  /** Left out: the first. */
  call?: number;
  /** TransferredBy. */
  by?: string;
  /** The call that RelatedCallID names. */
  related?: number;
}

/** A Missed: it has the values of the last Hangup of the extension's IN legs in that call. */
export interface MissedByWhom {
  extension: string;
  /** Which of the log's calls; left out: the first. */
  call?: number;
}

export interface Fixture extends FixtureConfig {
  /** The folder: the shape of the call. */
  name: string;
  /** `asterisk22-pjsip`: which Asterisk it was recorded from. */
  flavour: string;
  log: string;
  shape: string;
  events: ExpectedEvent[];
  missed: ExpectedEvent[];
  transfers: TransferredLeg[];
  /** What comes of the lines and queues that {@link withGroups} makes extensions of. */
  groups: ExpectedEvent[];
}

/** Every recording with what is expected of it; an `expected.<flavour>.yaml` goes before `expected.yaml`. */
export function fixtures(): Fixture[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(FIXTURES, name))
        .filter((file) => file.endsWith('.ami.log'))
        .map((file): Fixture => {
          const flavour = file.slice(0, -'.ami.log'.length);
          const log = join(FIXTURES, name, file);
          const expected = expectationOf(name, flavour);
          const { shape, events, config, transfers = [] } = expected;
          // Without class `agent` no queue is seen.
          const queues = queuesIn(log).length === 0 ? [] : expected.queues;
          const groups = [...eventsOfLine(expected.line), ...eventsOfQueues(queues)];
          const missed = missedOf(name, expected);
          return { name, flavour, log, shape, events, missed, transfers, groups, ...fixtureConfig(config) };
        }),
    );
}

/** What a scenario must give on one flavour. */
export function expectationOf(name: string, flavour: string): Expectation {
  const own = join(FIXTURES, name, `expected.${flavour}.yaml`);
  const file = existsSync(own) ? own : join(FIXTURES, name, 'expected.yaml');
  return parse(readFileSync(file, 'utf8'));
}

function missedOf(name: string, { events, missed }: Expectation): ExpectedEvent[] {
  const called = events.filter(({ event, params }) => event === 'hangup' && params.CallFlow === 'IN');
  if (missed === undefined && called.length > 0) throw new Error(`${name}: expected.yaml does not say who missed what`);
  return (missed ?? []).map(({ extension, call = 1 }) => {
    const last = called.findLast((hangup) => hangup.extension === extension && hangup.params.CallID === `call-${call}`);
    if (last === undefined)
      throw new Error(`${name}: ${extension} was not called in call-${call}, so it missed nothing`);
    return { ...last, event: 'missed' };
  });
}

const configs = new Map<string, FixtureConfig>();

/** @param name of a file in fixtures/configs; left out: fixtures/config.yaml, which most recordings have in common */
export function fixtureConfig(name?: string): FixtureConfig {
  const file = join(FIXTURES, name === undefined ? 'config.yaml' : `configs/${name}.yaml`);
  let known = configs.get(file);
  if (known === undefined) {
    const config = loadConfig(file, { require: 'extensions' });
    known = { config, directory: new Extensions(config), variables: variablesOf(config) };
    configs.set(file, known);
  }
  return known;
}

/** By leg, for order binds within one leg only. */
export function byLeg(events: readonly ExpectedEvent[]): Record<string, ExpectedEvent[]> {
  const legs: Record<string, ExpectedEvent[]> = {};
  for (const event of events) {
    const { CallID, CallFlow } = event.params;
    const leg = `${CallID} ${event.extension} ${CallFlow}`;
    legs[leg] = [...(legs[leg] ?? []), { event: event.event, extension: event.extension, params: { ...event.params } }];
  }
  return legs;
}
