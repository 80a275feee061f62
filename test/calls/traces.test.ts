import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { directoryOf } from '../helpers/directory.ts';
import { replayed } from '../helpers/replay-events.ts';

/** Traces recorded by VoIPGRID on Asterisk 11 and 13, which stay outside of the project. */
const TRACES = join(import.meta.dirname, '../../../shared/traces');

const sip = (...endpoints: number[]) => ({ channels: endpoints.map((endpoint) => `SIP/${endpoint}`) });

const DIRECTORY = directoryOf({
  '201': sip(150010001, 126680001, 123450001, 100060001),
  '202': sip(150010002, 126680002, 123450002, 100060002),
  '203': sip(150010003, 126680003, 123450003),
  '204': sip(150010004, 123450004),
  '205': sip(126680005),
  '210': sip(126680010),
  '220': sip(126680023),
  '221': sip(126680024),
  '2401': sip(150010063),
  '260:201': sip(260010001),
});

interface Expected {
  event: string;
  extension: string;
  [parameter: string]: string;
}

const NAMES: Record<string, string> = { 'dial-in': 'Dial-In', 'dial-out': 'Dial-Out', hangup: 'Hangup' };

/** Order binds within one leg only: so the events by leg, each with just the parameters that are expected of it. */
function byLeg(events: { leg: string; event: object }[]): Record<string, object[]> {
  const legs: Record<string, object[]> = {};
  for (const { leg, event } of events) legs[leg] = [...(legs[leg] ?? []), event];
  return legs;
}

function expectedByLeg(events: Expected[]) {
  return byLeg(
    events.map((event) => {
      const flow = event.CallFlow ?? (event.event === 'Dial-In' ? 'IN' : 'OUT');
      return { leg: `${event.CallID} ${event.extension} ${flow}`, event };
    }),
  );
}

function toldByLeg(events: CallEvent[], expected: Record<string, object[]>) {
  const seen: Record<string, number> = {};
  return byLeg(
    events
      .filter(({ event }) => event in NAMES)
      .map(({ event, leg: { extension, flow }, params }) => {
        const leg = `${params.CallID} ${extension} ${flow}`;
        const wanted = expected[leg]?.[seen[leg] ?? 0] ?? { CallID: '' };
        seen[leg] = (seen[leg] ?? 0) + 1;
        const emitted: Record<string, unknown> = { ...params, event: NAMES[event], extension };
        return { leg, event: Object.fromEntries(Object.keys(wanted).map((key) => [key, emitted[key]])) };
      }),
  );
}

if (existsSync(TRACES)) {
  const expected: Record<string, Expected[]> = JSON.parse(readFileSync(join(TRACES, 'expected.json'), 'utf8'));
  const names = readdirSync(TRACES)
    .filter((name) => name.endsWith('.ami.log'))
    .map((name) => name.slice(0, -'.ami.log'.length));

  describe('recorded traces of VoIPGRID', () => {
    it.each(names)('%s', (name) => {
      const { events, tracker } = replayed(replayBytes(readFileSync(join(TRACES, `${name}.ami.log`))), DIRECTORY);
      expect([...tracker.openLegs()]).toEqual([]);
      // expected.json is silent about five traces of click to call.
      if (expected[name] === undefined) return;
      const wanted = expectedByLeg(expected[name]);
      expect(toldByLeg(events, wanted)).toEqual(wanted);
    });
  });
} else {
  describe('recorded traces of VoIPGRID', () => {
    it('are left out: ../shared/traces is not here', () => {
      process.stderr.write(`The traces of VoIPGRID are left out: there is no ${TRACES}\n`);
      expect(existsSync(TRACES)).toBe(false);
    });
  });
}
