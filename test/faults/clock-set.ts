import { join } from 'node:path';
import { end, logLines, pause, type Result, resultOf, withService } from './with-service.ts';

const DAY_MS = 86_400_000;
/** A second of the tests' load makes some 150 requests; retries that all came at once would be many more. */
const BURST = 400;
/** From the dial to its request. What waits for the clock waits for as long as that was set back: 20 s at least. */
const STALL_MS = 15_000;

/** The clock of the service's machine is set forward and back, with calls open and retries waiting. */
export async function clockSet(random: () => number): Promise<Result> {
  return withService(
    random,
    async (parts) => {
      const { pbx, receiver, service } = parts;
      pbx.busy(50);
      await pause(1000);
      // Now some wait for their next try.
      receiver.status = 503;
      await pause(1000);
      receiver.status = 200;
      const sets = [2 * DAY_MS, -3 * DAY_MS, 40 * DAY_MS, 0, -20_000, 0];
      const from = receiver.arrivals.length;
      for (const by of sets) {
        service.send(by);
        pbx.setClock(by);
        await pause(1500);
      }
      const verdict = await end(parts);
      const perSecond = new Map<number, number>();
      const times = receiver.arrivals.slice(from).map(({ at }) => at);
      for (const at of times) {
        const second = Math.floor(at / 1000);
        perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      }
      const most = Math.max(...perSecond.values());
      const slowest = slowestDial(parts);
      const given = logLines(service).filter(({ outcome }) => outcome === 'expired' || outcome === 'dead').length;
      const result = resultOf(verdict, receiver.refused, {
        'times set': sets.length,
        'most in one second': most,
        'slowest from dial to request ms': slowest,
        'given up': given,
      });
      if (most > BURST) result.late.push(`a burst: ${most} requests in one second`);
      if (slowest > STALL_MS) result.late.push(`a stall: a Dial came after ${slowest} ms`);
      if (given > 0) result.wrong.push(`${given} were given up`);
      // A leg ended for its time alone has its Hangup before the call has ended.
      const early = earlyHangups(parts);
      if (early > 0) result.wrong.push(`${early} Hangups came while the call went on`);
      return result;
    },
    { preload: [join(import.meta.dirname, 'settable-clock.ts')] },
  );
}

type Parts = Parameters<Parameters<typeof withService>[1]>[0];

/** From the dial to the first request, of the legs whose first try was not refused. */
function slowestDial({ pbx, receiver }: Parts): number {
  const refusedUntil = receiver.refusedUntil;
  let slowest = 0;
  for (const { callId, extension, flow, dialledAt } of pbx.legs) {
    if (dialledAt < refusedUntil + 8000 && dialledAt > refusedUntil - 2000 && receiver.refused > 0) continue;
    const first = receiver.arrivals.find(
      ({ params, eventId }) =>
        params.CallID === callId &&
        params.CallFlow === flow &&
        params.CallStatus === 'CALLING' &&
        eventId.endsWith(`-${extension}`),
    );
    if (first !== undefined) slowest = Math.max(slowest, first.at - dialledAt);
  }
  return slowest;
}

function earlyHangups({ pbx, receiver }: Parts): number {
  const ends = new Map(
    pbx.legs.map(({ callId, extension, flow, endedAt }) => [`${callId} ${extension} ${flow}`, endedAt ?? Infinity]),
  );
  return receiver.arrivals.filter(({ at, params, eventId }) => {
    if (params.CallStatus === 'CALLING') return false;
    return at < (ends.get(`${params.CallID} ${eventId.split('-').at(-1)} ${params.CallFlow}`) ?? 0) - 5;
  }).length;
}
