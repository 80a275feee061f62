import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/* Legs of phones that ring when the service is started. From real Asterisk: fixtures/direct-answered. */

const LOG = join(import.meta.dirname, '../../fixtures/direct-answered/asterisk22-pjsip.ami.log');
const events = [...replayBytes(readFileSync(LOG))];
const rings = events.findIndex(({ event }) => event === 'DialBegin') + 1;
const directory = directoryOf({ '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] } });

let emitted: CallEvent[];
let tracker: Tracker;
const newTracker = () => new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
beforeEach(() => {
  emitted = [];
  tracker = newTracker();
  tracker.apply({ event: 'ChannelListRequested' });
  tracker.apply({ event: 'ChannelList', channels: aliveAfter(events, rings) });
});

const playRest = () => {
  for (const event of events.slice(rings)) tracker.apply(event);
};
const said = () => emitted.map(({ event, partial = false, leg }) => `${event} ${leg.extension} ${partial}`);

it('are partial, until they are this service’s own', () => {
  expect(said()).toEqual(['dial-out 101 true', 'dial-in 102 true']);
  tracker.own(new Set(tracker.partialLegs().slice(0, 1)));
  emitted = [];
  playRest();
  expect(said().sort()).toEqual(['answer-in 102 true', 'answer-out 101 false', 'hangup 101 false', 'hangup 102 true']);
});

it('end without a word when another service knows better', () => {
  tracker.drop(new Set(tracker.partialLegs()));
  emitted = [];
  playRest();
  expect(said()).toEqual([]);
  expect(tracker.size).toMatchObject({ channels: 0, calls: 0, legs: 0 });
});

it('are still partial after a restart', () => {
  const stored = tracker.takeChanged().flatMap(({ state }) => state ?? []);
  const names = tracker.partialLegs();
  tracker = newTracker();
  tracker.restore(JSON.parse(JSON.stringify(stored)) as StoredCall[]);
  expect(tracker.partialLegs()).toEqual(names);
});

it('of a dead service end here, though their channels were seen to end', () => {
  emitted = [];
  const other = newTracker();
  for (const event of events.slice(0, rings)) other.apply(event);
  const calls = other.takeChanged().flatMap(({ state }) => state ?? []);
  tracker.drop(new Set(tracker.partialLegs()));
  playRest();
  emitted = [];
  tracker.adopt(calls, true);
  expect(said()).toEqual(['hangup 101 false', 'hangup 102 false']);
});
