import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { fixtures } from '../helpers/expected.ts';
import { LINE, withGroups } from '../helpers/expected-groups.ts';
import { createInvariantChecker, type InvariantChecker, InvariantViolation } from './invariant.ts';
import { aliveAfter } from './simulated-storm/alive.ts';
import { disturbed, mayswap } from './simulated-storm/disturb.ts';
import { random } from './simulated-storm/random.ts';

/** `STORM=nightly` tries every place of every log; the CI size a sample of those of the long ones. */
const NIGHTLY = process.env.STORM === 'nightly';
const MOST_PLACES = NIGHTLY ? Number.POSITIVE_INFINITY : 120;
const RANDOM_RUNS = NIGHTLY ? 2000 : 25;

const TRACES = join(import.meta.dirname, '../../../shared/traces');

interface Log {
  name: string;
  directory: Directory;
  events: AmiEvent[];
}

/** Every SIP endpoint is an extension, so that as many legs as can be are looked at. */
const everyEndpoint: Directory = {
  ofChannel(channel) {
    const name = /^(?:PJ)?SIP\/(.+)-[0-9a-f]{8}$/i.exec(channel)?.[1];
    return name === undefined ? undefined : { name };
  },
  ofNumber: (number) => ({ name: number }),
  ofDialled: (number) => ({ name: number }),
  ofQueue: (queue) => ({ name: queue }),
  ofLine: () => ({ name: LINE }),
  hasLines: true,
  hasQueues: true,
  isIgnored: (number) => /^\*\d{1,3}$/.test(number),
};

function logs(): Log[] {
  const recordings = fixtures().map(({ name, flavour, log, config }) => ({
    name: `${name} on ${flavour}`,
    directory: withGroups({ config }, log),
    file: log,
  }));
  // The traces of VoIPGRID stay outside of the project.
  const traces = (existsSync(TRACES) ? readdirSync(TRACES) : [])
    .filter((name) => name.endsWith('.ami.log'))
    .map((name) => ({ name, directory: everyEndpoint, file: join(TRACES, name) }));
  return [...recordings, ...traces]
    .map(({ name, directory, file }) => ({ name, directory, events: [...replayBytes(readFileSync(file))] }))
    .filter(({ events }) => events.length > 0); // PJSIP refuses an unknown number before there is a channel.
}

/** A tracker whose every call event is looked at. */
function watched(directory: Directory, checker: InvariantChecker): Tracker {
  return new Tracker({ directory, onCallEvent: (event) => checker.observe(event) });
}

/** Whatever came before: once Asterisk was restarted every leg has its Hangup, and nothing is kept. */
function check(events: readonly AmiEvent[], directory: Directory): void {
  const checker = createInvariantChecker();
  const tracker = watched(directory, checker);
  for (const event of events) tracker.apply(event);
  finish(tracker, checker);
}

function finish(tracker: Tracker, checker: InvariantChecker): void {
  tracker.finish();
  if (tracker.size.legs !== checker.open)
    throw new InvariantViolation(`${tracker.size.legs} legs are kept, ${checker.open} were not reported to have ended`);
  tracker.apply({ event: 'Restarted' });
  checker.finish();
  for (const [what, count] of Object.entries(tracker.size))
    if (count !== 0) throw new InvariantViolation(`${count} ${what} are kept after a restart`);
}

/** The other log's events, as if both had begun at the same moment: a day between them would end every channel. */
function inTimeOf(log: Log, other: Log): AmiEvent[] {
  const by = (log.events[0]?.at ?? 0) - (other.events[0]?.at ?? 0);
  return other.events.map((event) => (event.at === undefined ? event : { ...event, at: event.at + by }));
}

/** Evenly spread places of a log, always the same: all of them when there are few. */
function* placesIn({ events }: Log): Generator<number> {
  const step = Math.max(1, events.length / MOST_PLACES);
  for (let at = 0; at <= events.length; at += step) yield Math.floor(at);
}

/** Tries something at places of a log, and says at which it went wrong. */
function everywhere(log: Log, attempt: (at: number) => void): void {
  for (const at of placesIn(log)) {
    try {
      attempt(at);
    } catch (error) {
      throw new Error(`${log.name}, event ${at}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
}

const all = logs();

describe('every Dial has exactly one Hangup', () => {
  it('has logs to look at', () => {
    expect(all.length).toBeGreaterThan(150);
  });

  it.each(all.map((log) => [log.name, log] as const))('%s: cut, doubled, swapped, gone', (_, log) => {
    const { events, directory } = log;
    check(events, directory);
    everywhere(log, (at) => check(events.slice(at), directory));
    everywhere(log, (at) => check(events.slice(0, at), directory));
    everywhere(log, (at) => check([...events.slice(0, at), ...events.slice(at - 1)], directory));
    everywhere(log, (at) => check([...events.slice(0, at), ...events.slice(at + 1)], directory));
    everywhere(log, (at) => {
      const [first, second] = [events[at], events[at + 1]];
      if (first === undefined || second === undefined || !mayswap(first, second)) return;
      check([...events.slice(0, at), second, first, ...events.slice(at + 2)], directory);
    });
  });

  it.each(all.map((log) => [log.name, log] as const))('%s: the connection is lost, or the service is', (_, log) => {
    const { events } = log;
    everywhere(log, (at) => reconnected(log, at, Math.min(events.length, at + 12)));
    everywhere(log, (at) => restarted(log, at, at));
    everywhere(log, (at) => restarted(log, at, Math.min(events.length, at + 12)));
  });

  it('holds when events are lost, doubled and swapped at random', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.integer(), fc.boolean(), ({ events, directory }, seed, much) => {
        const rate = much ? 0.3 : 0.05;
        const how = { lost: rate, doubled: rate, swapped: rate, gap: rate / 20 };
        check(disturbed(events, how, random(seed)), directory);
      }),
      { seed: 5, numRuns: RANDOM_RUNS * all.length },
    );
  });

  it('holds when parts of two logs are mixed', () => {
    const one = fc.constantFrom(...all);
    fc.assert(
      fc.property(one, one, fc.integer(), (log, other, seed) => {
        const { chance, below } = random(seed);
        const rest = [inTimeOf(log, other).slice(below(other.events.length))];
        const mixed = log.events.flatMap((event) =>
          chance(0.5) ? [event, ...(rest[0]?.splice(0, 1) ?? [])] : [event],
        );
        check(mixed, log.directory);
      }),
      { seed: 6, numRuns: RANDOM_RUNS * 20 },
    );
  });
});

/** The events from `lost` to `back` are not seen; the service then asks which channels there are. */
function reconnected({ events, directory }: Log, lost: number, back: number): void {
  const checker = createInvariantChecker();
  const tracker = watched(directory, checker);
  for (const event of events.slice(0, lost)) tracker.apply(event);
  tracker.apply({ event: 'ChannelListRequested' });
  tracker.apply({ event: 'ChannelList', channels: aliveAfter(events, back) });
  for (const event of events.slice(back)) tracker.apply(event);
  finish(tracker, checker);
}

/** The service ends at `lost`, and another one goes on at `back` with what the first one has stored. */
function restarted({ events, directory }: Log, lost: number, back: number): void {
  const checker = createInvariantChecker();
  const first = watched(directory, checker);
  const disk = new Map<string, string>();
  for (const event of events.slice(0, lost)) {
    first.apply(event);
    for (const { callId, state } of first.takeChanged()) {
      if (state === undefined) disk.delete(callId);
      else disk.set(callId, JSON.stringify(state));
    }
  }
  const second = watched(directory, checker);
  second.restore([...disk.values()].map((text): StoredCall => JSON.parse(text)));
  second.apply({ event: 'ChannelListRequested' });
  second.apply({ event: 'ChannelList', channels: aliveAfter(events, back) });
  for (const event of events.slice(back)) second.apply(event);
  finish(second, checker);
}
