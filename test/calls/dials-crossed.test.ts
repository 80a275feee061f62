import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { fixtures } from '../helpers/expected.ts';

/*
 * The dial of a Local channel and the dial behind it are reported by two threads of Asterisk: which comes first is a
 * matter of luck, and must change nothing that is emitted.
 */

const CROSSED = fixtures().flatMap(({ name, flavour, log, directory }) => {
  const events = [...replayBytes(readFileSync(log))];
  return outerDials(events).map((dial) => [`${name} on ${flavour}, dial ${dial}`, events, dial, directory] as const);
});

describe.each(CROSSED)('%s', (_, events, dial, directory) => {
  it('may come after the dial behind it', () => {
    const crossed = emitted(delayed(events, dial), directory);
    expect(crossed.map(inWords).sort()).toEqual(emitted(events, directory).map(inWords).sort());
    expect(calledBeforeTheyCall(crossed)).toEqual([]);
  });
});

/** Where Local channels are dialled behind which something is dialled later. */
function outerDials(events: readonly AmiEvent[]): number[] {
  return events.flatMap((_, index) => (innerDial(events, index) > index ? [index] : []));
}

/** Where the first dial behind the Local channel is that is dialled here; -1 when there is none. */
function innerDial(events: readonly AmiEvent[], outer: number): number {
  const event = events[outer];
  if (event?.event !== 'DialBegin' || !/^Local\/.*;1$/.test(event.dest.channel)) return -1;
  const half = `${event.dest.channel.slice(0, -1)}2`;
  return events.findIndex((other) => other.event === 'DialBegin' && other.source?.channel === half);
}

/** The same events, with the one dial right behind the other, a millisecond later. */
function delayed(events: readonly AmiEvent[], outer: number): AmiEvent[] {
  const inner = innerDial(events, outer);
  return [
    ...events.slice(0, outer),
    ...events.slice(outer + 1, inner + 1),
    ...events.slice(outer, outer + 1).map((dial) => ({ ...dial, at: (events[inner]?.at ?? 0) + 1 })),
    ...events.slice(inner + 1),
  ];
}

function emitted(events: readonly AmiEvent[], directory: Directory): CallEvent[] {
  const all: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => event.event !== 'missed' && all.push(event) });
  for (const event of events) tracker.apply(event);
  tracker.finish();
  return all;
}

function inWords({ event, leg, params }: CallEvent): string {
  return `${leg.extension} ${event} ${JSON.stringify(params)}`;
}

/** Phones whose Dial-In has an earlier time than the Dial-Out of the extension that calls them. */
function calledBeforeTheyCall(all: readonly CallEvent[]): string[] {
  const called = new Map<string, number>();
  const early: string[] = [];
  for (const { event, leg, params, at = 0 } of all) {
    const caller = `${params.CallID} ${params.CallerExtension}`;
    if (event === 'dial-out') called.set(caller, at);
    else if (event === 'dial-in' && at < (called.get(caller) ?? 0)) early.push(leg.extension);
  }
  return early;
}
