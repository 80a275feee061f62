import type { AmiEvent } from '../../src/ami/ami-events.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';

/** What a tracker makes of these events; at the end of the log, what waits for time waits no longer. */
export function replayed(
  events: Iterable<AmiEvent>,
  directory: Directory,
  variables: readonly string[] = [],
): { events: CallEvent[]; tracker: Tracker } {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({
    directory,
    variables,
    onCallEvent: (event) => emitted.push(event),
  });
  for (const event of events) tracker.apply(event);
  tracker.finish();
  return { events: emitted, tracker };
}
