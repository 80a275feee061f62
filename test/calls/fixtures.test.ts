import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import { byLeg, fixtures } from '../helpers/expected.ts';
import { replayed } from '../helpers/replay-events.ts';

describe('recordings of real Asterisk', () => {
  it.each(fixtures().map((fixture) => [`${fixture.name} on ${fixture.flavour}`, fixture] as const))(
    '%s',
    (_, fixture) => {
      const ami = [...replayBytes(readFileSync(fixture.log))];
      const { events, tracker } = replayed(ami, fixture.directory, fixture.variables);
      // `call-2` in expected.yaml is the second channel of the log that began a call of its own.
      const calls = ami.flatMap((event) =>
        event.event === 'Newchannel' && event.uniqueid === event.linkedid ? [event.uniqueid] : [],
      );
      const emitted = events.map(({ event, leg, params, details }) => ({
        event,
        extension: leg.extension,
        params: { ...params, ...details.variables, CallID: `call-${calls.indexOf(params.CallID) + 1}` },
      }));
      expect(byLeg(emitted.filter(({ event }) => event !== 'missed'))).toEqual(byLeg(fixture.events));
      expect(byLeg(emitted.filter(({ event }) => event === 'missed'))).toEqual(byLeg(fixture.missed));
      expect(tracker.size).toEqual({ channels: 0, bridges: 0, calls: 0, legs: 0, waiting: 0 });
    },
  );
});
