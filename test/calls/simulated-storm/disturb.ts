import type { AmiEvent } from '../../../src/ami/ami-events.ts';
import type { Random } from './random.ts';

/** How a stream of AMI events comes to be other than Asterisk meant it. Each is the probability for one event. */
export interface Disturbance {
  lost: number;
  doubled: number;
  /** Comes after the next one, when that is of another channel: two threads of Asterisk report their events. */
  swapped: number;
  /** A stretch of events is lost with the connection. */
  gap: number;
}

/** The longest stretch that is lost with the connection. */
const LONGEST_GAP = 60;

/** The events as a bad line gives them. Their times stay in order, for the service reads them in order. */
export function disturbed(events: readonly AmiEvent[], how: Disturbance, random: Random): AmiEvent[] {
  const emitted: AmiEvent[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as AmiEvent;
    if (how.gap > 0 && random.chance(how.gap)) at += random.below(LONGEST_GAP);
    else if (random.chance(how.lost)) continue;
    else if (random.chance(how.doubled)) emitted.push(event, event);
    else if (random.chance(how.swapped) && mayswap(event, events[at + 1])) {
      emitted.push(events[at + 1] as AmiEvent, event);
      at++;
    } else emitted.push(event);
  }
  return emitted;
}

/** Whether two neighbouring events can come in the other order: they are not of one channel. */
export function mayswap(first: AmiEvent, second: AmiEvent | undefined): boolean {
  return second !== undefined && uniqueidOf(first) !== uniqueidOf(second);
}

/** The channel that an event is reported by. */
function uniqueidOf(event: AmiEvent): string | undefined {
  if ('uniqueid' in event) return event.uniqueid;
  if (event.event === 'DialBegin' || event.event === 'DialEnd') return event.dest.uniqueid;
  return undefined;
}
