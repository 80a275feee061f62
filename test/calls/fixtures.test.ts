import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent, CallParameters } from '../../src/calls/call-event.ts';
import { byLeg, fixtures, type TransferredLeg } from '../helpers/expected.ts';
import { LINE, queuesIn, withGroups } from '../helpers/expected-groups.ts';
import { replayed } from '../helpers/replay-events.ts';

describe('recordings of real Asterisk', () => {
  it.each(fixtures().map((fixture) => [`${fixture.name} on ${fixture.flavour}`, fixture] as const))(
    '%s',
    (_, fixture) => {
      const ami = [...replayBytes(readFileSync(fixture.log))];
      const { events, tracker } = replayed(ami, withGroups(fixture, fixture.log), fixture.variables);
      // `call-2` in expected.yaml is the second channel of the log that began a call of its own.
      const calls = ami.flatMap((event) =>
        event.event === 'Newchannel' && event.uniqueid === event.linkedid ? [event.uniqueid] : [],
      );
      const callOf = ({ CallID }: CallParameters) => `call-${calls.indexOf(CallID) + 1}`;
      const queues = queuesIn(fixture.log);
      const isOfGroup = ({ leg }: CallEvent) => leg.extension === LINE || queues.includes(leg.extension);
      const ofPhones = events.filter((event) => !isOfGroup(event));
      const emitted = ofPhones.map(({ event, leg, params, details }) => ({
        event,
        extension: leg.extension,
        params: { ...params, ...details.variables, CallID: callOf(params) },
      }));
      const ofGroups = events.filter(isOfGroup).map(({ event, leg: { extension }, params }) => ({
        event,
        extension,
        params: { ...params, CallID: callOf(params) },
      }));
      expect(byLeg(emitted.filter(({ event }) => event !== 'missed'))).toEqual(byLeg(fixture.events));
      expect(byLeg(emitted.filter(({ event }) => event === 'missed'))).toEqual(byLeg(fixture.missed));
      expect(transfersIn(ofPhones, calls)).toEqual(fixture.transfers);
      expect(byLeg(ofGroups)).toEqual(byLeg(fixture.groups));
      expect(tracker.size).toEqual({ channels: 0, bridges: 0, calls: 0, legs: 0, waiting: 0 });
    },
  );
});

/** What each Hangup says of transfers, in the order of calls and extensions. */
function transfersIn(events: readonly CallEvent[], calls: readonly string[]): TransferredLeg[] {
  return events
    .filter(
      ({ event, details }) => event === 'hangup' && (details.transferredBy ?? details.relatedCallId) !== undefined,
    )
    .map(({ leg, params, details }) => {
      const call = calls.indexOf(params.CallID) + 1;
      return {
        extension: leg.extension,
        flow: leg.flow,
        ...(call !== 1 && { call }),
        ...(details.transferredBy !== undefined && { by: details.transferredBy }),
        ...(details.relatedCallId !== undefined && { related: calls.indexOf(details.relatedCallId) + 1 }),
      };
    })
    .sort((one, other) => (sortKeyOf(one) < sortKeyOf(other) ? -1 : 1));
}

const sortKeyOf = ({ call = 1, extension, flow, by = '' }: TransferredLeg) => `${call} ${extension} ${flow} ${by}`;
