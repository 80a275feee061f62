import type { Arrival } from '../faults/recording-receiver.ts';
import type { ExpectedEvent } from '../helpers/expected.ts';

/** One leg's events, each with its parameters in one order; without the CallID, which is another one each time. */
type Leg = string;

/**
 * What arrived, as legs by call. Order binds within one leg only, so the requests are grouped by their LegID: two legs
 * of one extension in one call can overtake each other on their way.
 */
export function legsArrived(arrivals: readonly Arrival[]): Leg[][] {
  const legs = Map.groupBy(arrivals, ({ params }) => params.LegID ?? '');
  return byCall(
    [...legs.values()].map((leg) => leg.map(({ event, params: { LegID, ...params } }) => ({ event, params }))),
  );
}

/** What expected.yaml says, as legs by call: a Dial event begins one. */
export function legsExpected(events: readonly ExpectedEvent[]): Leg[][] {
  const legs: ExpectedEvent[][] = [];
  for (const event of events) {
    const open = legs.findLast(([first]) => first !== undefined && keyOf(first) === keyOf(event));
    if (event.event.startsWith('dial-') || open === undefined) legs.push([event]);
    else open.push(event);
  }
  return byCall(legs);
}

/** Which of two calls came first is not the point. */
function byCall(legs: readonly (readonly Pick<ExpectedEvent, 'event' | 'params'>[])[]): Leg[][] {
  const calls = Map.groupBy(legs, ([first]) => first?.params.CallID ?? '');
  return [...calls.values()]
    .map((ofCall) =>
      ofCall.map((leg) => JSON.stringify(leg.map(({ event, params }) => [event, sorted(params)]))).sort(),
    )
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

function sorted({ CallID, ...params }: Record<string, string>): unknown {
  return Object.entries(params).sort();
}

function keyOf({ extension, params }: ExpectedEvent): string {
  return `${params.CallID} ${extension} ${params.CallFlow}`;
}
