import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import { type CallEvent, legKeyOf } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { fixtures } from '../helpers/expected.ts';
import { withGroups } from '../helpers/expected-groups.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/* Two services on one Asterisk: the second is started in mid-call, and the first is killed. */

/** Places of a log at which the second is started; nightly all of them. */
const PLACES = process.env.STORM === 'nightly' ? Number.POSITIVE_INFINITY : 12;
/** Events that come before the second has read what the first has published. */
const LATER = 3;

/**
 * What picked up or redirected a call before the start is not seen: a whole leg comes of it, Dial and Hangup, that is
 * none.
 */
const NOT_SEEN = ['pickup-of-click-to-call-through-local', 'redirect-of-called-phone-with-from-did'];

const keyOf = ({ event, leg }: CallEvent) => `${event} ${legKeyOf(leg)}`;

/** The Uniqueid of a leg's first channel: a queue's leg has the number of its caller's join behind it. */
const channelOf = ({ uniqueid }: CallEvent['leg']) => uniqueid.replace(/-\d+$/, '');

class Service {
  readonly emitted: CallEvent[] = [];
  readonly published = new Map<string, string>();
  /** Also what has ended: that is kept for a minute. */
  readonly everPublished: StoredCall[] = [];
  readonly tracker: Tracker;

  constructor(directory: Directory) {
    this.tracker = new Tracker({ directory, onCallEvent: (event) => this.emitted.push(event) });
  }

  apply(events: readonly AmiEvent[]): void {
    for (const event of events) {
      this.tracker.apply(event);
      for (const { callId, state } of this.tracker.takeChanged()) {
        if (state === undefined) this.published.delete(callId);
        else {
          this.published.set(callId, JSON.stringify(state));
          this.everPublished.push(state);
        }
      }
    }
  }

  get calls(): StoredCall[] {
    return [...this.published.values()].map((text) => JSON.parse(text));
  }
}

/** What both together have sent when the first is killed soon after the second was started. */
function both(events: readonly AmiEvent[], directory: Directory, start: number): string[] {
  const killed = Math.min(events.length, start + LATER);
  const first = new Service(directory);
  first.apply(events.slice(0, killed));
  const second = new Service(directory);
  second.apply([
    { event: 'ChannelListRequested' },
    { event: 'ChannelList', channels: aliveAfter(events, start) },
    ...events.slice(start, killed),
  ]);
  // What it has not seen from its beginning waits, and is dropped where the first knows the leg by another name.
  const isRenamed = ({ leg }: CallEvent) =>
    first.everPublished
      .flatMap(({ legs }) => legs)
      .some(
        ({ extension, flow, uniqueid, channels }) =>
          extension === leg.extension &&
          flow === leg.flow &&
          uniqueid !== leg.uniqueid &&
          channels.some((channel) => channel.uniqueid === channelOf(leg)),
      );
  const before = second.emitted.filter((event) => event.partial !== true || !isRenamed(event)).map(keyOf);
  second.emitted.length = 0;
  second.tracker.adopt(first.calls, false);
  second.apply(events.slice(killed));
  second.tracker.finish();
  second.tracker.adopt(first.calls, true);
  return [...new Set([...first.emitted.map(keyOf), ...before, ...second.emitted.map(keyOf)])];
}

const unpaired = (sent: readonly string[]) => {
  const legs = (pattern: RegExp) => sent.flatMap((key) => (pattern.test(key) ? [key.replace(pattern, '')] : [])).sort();
  const [dials, hangups] = [legs(/^dial-(in|out) /), legs(/^hangup /)];
  return [
    ...dials.filter((leg) => !hangups.includes(leg)).map((leg) => `no Hangup: ${leg}`),
    ...hangups.filter((leg) => !dials.includes(leg)).map((leg) => `no Dial: ${leg}`),
  ];
};

const logs = fixtures()
  .map(({ name, flavour, log, config }) => ({
    name: `${name} on ${flavour}`,
    directory: withGroups({ config }, log),
    events: [...replayBytes(readFileSync(log))],
  }))
  .filter(({ events }) => events.length > 0);

describe('a service that is started in mid-call, and whose partner is killed then', () => {
  it.each(logs.map((log) => [log.name, log] as const))(
    '%s: each Dial has its Hangup',
    (name, { events, directory }) => {
      const whole = new Service(directory);
      whole.apply(events);
      whole.tracker.finish();
      const due = new Set(whole.emitted.map(keyOf));
      const step = Math.max(1, events.length / PLACES);
      const wrong: string[] = [];
      for (let place = 1; place < events.length; place += step) {
        const start = Math.floor(place);
        const sent = both(events, directory, start);
        wrong.push(...unpaired(sent).map((what) => `started at ${start}: ${what}`));
        const mayDiffer = NOT_SEEN.some((one) => name.startsWith(one));
        const isFalse = (key: string) => !due.has(key) && !key.startsWith('missed ') && !mayDiffer;
        wrong.push(...sent.filter(isFalse).map((key) => `started at ${start}: not due: ${key}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});
