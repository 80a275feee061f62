import { HUNTS, untilJudged } from '../calls/simulated-storm/hunt.ts';
import { CI_EVENTS, SEED } from '../calls/simulated-storm/size.ts';

/**
 * Looks for bugs as CI does, in the copy of the source that it lies in: with the storms of CI, in the same order.
 * Prints the first that it finds as JSON; nothing when there is none.
 */
for (const hunt of HUNTS) {
  try {
    untilJudged(hunt, { events: CI_EVENTS * hunt.share, seed: SEED, smallest: false });
  } catch (error) {
    const { cause } = error as Error;
    const { name, message } = cause instanceof Error ? cause : (error as Error);
    process.stdout.write(`${JSON.stringify({ hunt: hunt.name, error: name, message })}\n`);
    break;
  }
}
