import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Real recordings, each shape of call in a folder of its own. */
export const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** A call event that must come out, and every parameter that it has. */
export interface ExpectedEvent {
  event: string;
  extension: string;
  params: Record<string, string>;
}

export interface Fixture {
  /** The folder: the shape of the call. */
  name: string;
  /** `asterisk22-pjsip`: which Asterisk it was recorded from. */
  flavour: string;
  log: string;
  shape: string;
  events: ExpectedEvent[];
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
          return { name, flavour, log: join(FIXTURES, name, file), ...expectationOf(name, flavour) };
        }),
    );
}

/** What a scenario must give on one flavour. */
export function expectationOf(name: string, flavour: string): { shape: string; events: ExpectedEvent[] } {
  const own = join(FIXTURES, name, `expected.${flavour}.yaml`);
  const file = existsSync(own) ? own : join(FIXTURES, name, 'expected.yaml');
  const { shape, events } = parse(readFileSync(file, 'utf8'));
  return { shape, events };
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
