import type { AmiEvent } from '../../src/ami/events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { SkippedEvent } from '../../src/calls/skipped-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';

/** What a tracker makes of these events, the end of the log settling what waits for time. */
export function replayed(
  events: Iterable<AmiEvent>,
  directory: Directory,
): { events: CallEvent[]; unsent: SkippedEvent[]; tracker: Tracker } {
  const told: CallEvent[] = [];
  const unsent: SkippedEvent[] = [];
  const tracker = new Tracker({
    directory,
    onCallEvent: (event) => told.push(event),
    onSkipped: (note) => unsent.push(note),
  });
  for (const event of events) tracker.apply(event);
  tracker.finish();
  return { events: told, unsent, tracker };
}
