import { until } from './service-process.ts';
import { end, type Parts, pause, type Result, resultOf, withService } from './with-service.ts';

/** `delivery.perTarget`: so many requests are on their way to the receiver at most. */
const PER_TARGET = 4;

/**
 * What the receiver has of deliveries that the service may not have recorded when it is killed: those on their way, and
 * those whose answers it reads in one turn of its event loop, which it records together at the turn's end.
 */
const IN_FLIGHT_AT_MOST = 2 * PER_TARGET;

/** A Dial that waits for a busy machine is not lost: it expires much later than two minutes after its call. */
const PATIENT = 'delivery: {retry: {dial: {tries: [0s, 1s, 3s, 8s, 20s, 45s], expire: 1h}}}';

/** kill -9 at random moments, against a PBX that goes on without the service. */
export async function killedAtRandom(random: () => number, times: number): Promise<Result> {
  return withService(
    random,
    async (parts) => {
      const { pbx, service } = parts;
      pbx.busy(50);
      const inFlight = new InFlight(parts);
      for (let kill = 0; kill < times; kill++) {
        await pause(100 + random() * 500);
        await service.kill();
        inFlight.killed();
        await pause(random() * 300);
        const before = pbx.sessions.length;
        service.start();
        await until('the next connection', () => pbx.sessions.length > before);
      }
      const verdict = await end(parts);
      return inFlight.judge(resultOf(verdict, times * IN_FLIGHT_AT_MOST, { kills: times }));
    },
    { more: PATIENT },
  );
}

/** kill -9 exactly between two steps of a delivery. */
export async function killedAtStep(random: () => number, step: string, times: number): Promise<Result> {
  return withService(
    random,
    async (parts) => {
      const { pbx, service } = parts;
      pbx.busy(50);
      const inFlight = new InFlight(parts);
      for (let kill = 0; kill < times; kill++) {
        await service.ended();
        inFlight.killed();
        // It may kill itself again before it has connected: with what the last one left pending.
        service.start();
      }
      service.spare();
      await service.kill();
      inFlight.killed();
      service.start();
      const verdict = await end(parts);
      return inFlight.judge(resultOf(verdict, (times + 1) * IN_FLIGHT_AT_MOST, { kills: times }));
    },
    { more: PATIENT, env: { CALL_EVENTS_KILL_AT: step, CALL_EVENTS_KILL_AFTER: '15' } },
  );
}

/** Which deliveries arrived again after a kill, and whether they were in flight at it. */
class InFlight {
  readonly #parts: Parts;
  /** How many requests had arrived at each kill. */
  readonly #kills: number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  killed(): void {
    this.#kills.push(this.#parts.receiver.arrivals.length);
  }

  judge(result: Result): Result {
    const { arrivals } = this.#parts.receiver;
    let most = 0;
    for (const [index, at] of this.#kills.entries()) {
      const before = new Set(arrivals.slice(this.#kills[index - 1] ?? 0, at).map(({ delivery }) => delivery));
      const again = new Set(arrivals.slice(at).filter(({ delivery }) => before.has(delivery)));
      most = Math.max(most, new Set([...again].map(({ delivery }) => delivery)).size);
    }
    if (most > IN_FLIGHT_AT_MOST) result.wrong.push(`after one kill ${most} came again`);
    result.figures['most after one kill'] = most;
    return result;
  }
}
