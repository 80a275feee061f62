import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { fixtures } from '../helpers/expected.ts';

/*
 * The dial of a Local channel and the dial behind it are told by two threads of Asterisk: which comes first is a matter of
 * luck, and must change nothing that is told.
 */

const CROSSED = fixtures().flatMap(({ name, flavour, log, directory }) => {
  const events = [...replayBytes(readFileSync(log))];
  return outerDials(events).map((dial) => [`${name} on ${flavour}, dial ${dial}`, events, dial, directory] as const);
});

describe.each(CROSSED)('%s', (_, events, dial, directory) => {
  it('may come after the dial behind it', () => {
    expect(told(delayed(events, dial), directory)).toEqual(told(events, directory));
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

/** The same events, with the one dial right behind the other. */
function delayed(events: readonly AmiEvent[], outer: number): AmiEvent[] {
  const inner = innerDial(events, outer);
  return [
    ...events.slice(0, outer),
    ...events.slice(outer + 1, inner + 1),
    ...events.slice(outer, outer + 1),
    ...events.slice(inner + 1),
  ];
}

function told(events: readonly AmiEvent[], directory: Directory): string[] {
  const all: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => all.push(event) });
  for (const event of events) tracker.apply(event);
  tracker.finish();
  return all.map(({ event, leg, params }) => `${leg.extension} ${event} ${JSON.stringify(params)}`).sort();
}
