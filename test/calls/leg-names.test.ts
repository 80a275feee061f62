import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import { type CallEvent, legKeyOf } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { deliveryIdOf } from '../../src/delivery/delivery-id.ts';
import { directoryOf } from '../helpers/directory.ts';
import { fixtureText } from '../helpers/fixture-log.ts';

const directory = directoryOf(
  Object.fromEntries(['101', '102', '103'].map((name) => [name, { channels: [`PJSIP/${name}`] }])),
);
const eventsOf = (name: string) => [...replayBytes(fixtureText(name))];
const startup = (time: string): AmiEvent => ({ event: 'Startup', startup: time });

function tracked(stored: readonly StoredCall[] = []) {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => emitted.push(event) });
  tracker.restore(stored);
  const apply = (events: readonly AmiEvent[]) => {
    for (const event of events) tracker.apply(event);
  };
  return { tracker, emitted, apply };
}

const keysOf = (events: readonly CallEvent[]) => events.map(({ event, leg }) => `${event} ${legKeyOf(leg)}`);

describe('the name of a leg', () => {
  it('is another one for the same Uniqueid after a restart of Asterisk, whose call is a call of its own', () => {
    const { emitted, apply } = tracked();
    const call = eventsOf('direct-answered');
    apply([startup('2026-11-28 08:00:00'), ...call, { event: 'Restarted' }, startup('2026-11-28 09:00:00'), ...call]);
    const half = emitted.length / 2;
    expect(emitted.slice(half).map(({ event, params }) => [event, params])).toEqual(
      emitted.slice(0, half).map(({ event, params }) => [event, params]),
    );
    const ids = emitted.map(({ event, leg }) => deliveryIdOf({ event, leg, ruleId: 'E' }));
    expect(new Set(ids).size).toBe(2 * half);
  });

  it('is that of the leg which began, for its end after a restart of Asterisk too', () => {
    const { emitted, apply } = tracked();
    const call = eventsOf('direct-answered');
    const answered = call.findIndex(({ event }) => event === 'BridgeEnter');
    apply([startup('2026-11-28 08:00:00'), ...call.slice(0, answered), { event: 'Restarted' }, startup('later')]);
    const hangups = emitted.filter(({ event }) => event === 'hangup');
    expect(hangups.map(({ leg }) => leg.startup)).toEqual(['2026-11-28 08:00:00', '2026-11-28 08:00:00']);
  });

  it('is the same for a service that was started between two rings of a queue', () => {
    const events = eventsOf('queue-retries');
    const whole = tracked();
    whole.apply(events);
    const rings = events.flatMap(({ event }, at) => (event === 'DialBegin' ? [at] : []));
    for (const from of rings) {
      const late = tracked();
      late.apply(events.slice(from));
      const own = keysOf(late.emitted).filter((key) => key.includes('/IN'));
      expect(own.length).toBeGreaterThan(0);
      expect(keysOf(whole.emitted)).toEqual(expect.arrayContaining(own));
    }
  });

  it('is kept on disk, also where an earlier version stored no name', () => {
    const events = eventsOf('direct-answered');
    const answered = events.findIndex(({ event }) => event === 'BridgeEnter');
    const before = tracked();
    before.apply([startup('2026-11-28 08:00:00'), ...events.slice(0, answered)]);
    const stored = before.tracker.takeChanged().flatMap(({ state }) => state ?? []);
    const after = tracked(structuredClone(stored));
    after.apply(events.slice(answered));
    const dials = keysOf(before.emitted).filter((key) => key.startsWith('dial'));
    const ended = keysOf(after.emitted).filter((key) => key.startsWith('hangup'));
    expect(ended.map((key) => key.slice('hangup '.length)).sort()).toEqual(
      dials.map((key) => key.slice(key.indexOf(' ') + 1)).sort(),
    );
    for (const leg of stored.flatMap(({ legs }) => legs)) {
      delete leg.uniqueid;
      delete leg.startup;
    }
    const upgraded = tracked(stored);
    upgraded.apply(events.slice(answered));
    expect(upgraded.emitted.filter(({ event }) => event === 'hangup').map(({ leg }) => leg.uniqueid)).toEqual(
      after.emitted.filter(({ event }) => event === 'hangup').map(({ leg }) => leg.uniqueid),
    );
  });
});
