import { describe, it } from '@jest/globals';
import { HUNTS, untilJudged } from './simulated-storm/hunt.ts';
import { CI_EVENTS, NIGHTLY_EVENTS, SEED } from './simulated-storm/size.ts';

const EVENTS = process.env.STORM === 'nightly' ? NIGHTLY_EVENTS : CI_EVENTS;

describe('storms of calls', () => {
  it.each(HUNTS.map((hunt) => [hunt.name, hunt] as const))(
    '%s',
    (name, hunt) => {
      const begun = performance.now();
      const { storms, events, legs } = untilJudged(hunt, { events: EVENTS * hunt.share, seed: SEED, smallest: true });
      const seconds = (performance.now() - begun) / 1000;
      process.stderr.write(
        `storms ${name}: ${storms} storms, ${events} events, ${legs} legs, ` +
          `${seconds.toFixed(1)} s, ${Math.round(events / seconds)} events/s, ${memory()} MB\n`,
      );
    },
    EVENTS,
  );
});

/** What is in use after all that: it must not grow with the number of events. */
function memory(): number {
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}
