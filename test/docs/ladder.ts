import { type AmiEvent, UP } from '../../src/ami/ami-events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { Names } from './names.ts';
import { type Rung, rungOf } from './notation.ts';

/** AMI events that say the same of several channels, and what goes out because of them. */
export interface Step {
  /** Absent: nothing but time has passed. */
  rung: Rung | undefined;
  out: CallEvent[];
}

/** Events that may share a step when nothing goes out between them. */
const TOGETHER = new Set(['BridgeEnter', 'Hangup', 'DialBegin']);

/** Replays a recording, and notes what goes out at which of its events. */
export function ladderOf(events: Iterable<AmiEvent>, directory: Directory): Step[] {
  const steps: Step[] = [];
  const names = new Names();
  const calling = new Set<string>();
  let out: CallEvent[] = [];
  const tracker = new Tracker({ directory, onCallEvent: (event) => out.push(event) });
  for (const event of events) {
    tick(tracker, event);
    if (out.length > 0) steps.push({ rung: undefined, out });
    out = [];
    names.observe(event);
    const rung = rungOf(event, names, calling);
    tracker.apply(event);
    if (rung === undefined && out.length === 0) continue;
    add(steps, { rung: rung ?? otherwise(event, names), out });
    out = [];
  }
  tracker.finish();
  if (out.length > 0) steps.push({ rung: undefined, out });
  return steps;
}

/** Time passes before the event, as it does in the service. */
function tick(tracker: Tracker, { at }: AmiEvent): void {
  if (at !== undefined) tracker.apply({ event: 'Tick', at });
}

function add(steps: Step[], step: Step): void {
  const last = steps.at(-1);
  const { rung } = step;
  if (
    last?.rung !== undefined &&
    rung !== undefined &&
    last.out.length === 0 &&
    last.rung.event === rung.event &&
    TOGETHER.has(rung.event)
  ) {
    last.rung = { event: rung.event, what: `${last.rung.what}, ${rung.what}` };
    last.out = step.out;
  } else steps.push(step);
}

/** An event that is not among those of a ladder, but by which something goes out. */
function otherwise(event: AmiEvent, names: Names): Rung {
  if (!('uniqueid' in event) || !('channel' in event)) return { event: event.event, what: '' };
  const up = 'state' in event && event.state === UP ? ' Up' : '';
  return { event: event.event, what: `${names.of(event)}${up}` };
}
