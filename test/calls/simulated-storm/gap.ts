import type { AmiEvent } from '../../../src/ami/ami-events.ts';
import { aliveAfter } from './alive.ts';
import type { Sight } from './judge.ts';
import type { Random } from './random.ts';
import type { Storm } from './storm.ts';

/** The longest stretch that is not seen, and the longest between the question for the channels and its answer. */
const LONGEST_GAP = 200;
const LONGEST_ANSWER = 20;

/**
 * The service loses sight of a storm somewhere, and asks for the channels when it is back. Live events go on while
 * Asterisk answers: it looks at its channels somewhere between question and answer.
 */
export function gapIn({ events }: Storm, restarted: boolean, random: Random): Sight {
  const lost = random.below(events.length);
  const asked = Math.min(events.length, lost + random.below(LONGEST_GAP));
  const looked = Math.min(events.length, asked + random.below(LONGEST_ANSWER));
  const answered = Math.min(events.length, looked + random.below(LONGEST_ANSWER));
  const at = events[answered - 1]?.at;
  const answer: AmiEvent = {
    event: 'ChannelList',
    channels: aliveAfter(events, looked),
    ...(at !== undefined && { at }),
  };
  return {
    before: events.slice(0, lost),
    after: [{ event: 'ChannelListRequested' }, ...events.slice(asked, answered), answer, ...events.slice(answered)],
    restarted,
  };
}
