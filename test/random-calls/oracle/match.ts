import type { DialledLeg } from './legs.ts';
import { unescaped } from './names.ts';
import { isPickup, isSameTag, type Ring } from './rings.ts';

const NEAR_MS = 800;
/** A leg that shows another caller may still be a phone's, with wrong values, when it came in the same moment. */
const NEAR_WITHOUT_LIKENESS_MS = 400;
/** A pickup may reach the phone so late. */
const JOINS_MS = 100;

/** Which IN leg belongs to which ring: the one most alike, then the nearest in time; each leg to one ring at most. */
export function matchRings(rings: readonly Ring[], legs: readonly DialledLeg[]): Map<Ring, DialledLeg> {
  const byExtension = Map.groupBy(
    legs.filter(({ flow }) => flow === 'IN'),
    ({ extension }) => extension,
  );
  const pairs = rings
    .flatMap((ring) =>
      (byExtension.get(ring.extension) ?? []).map((leg) => ({
        ring,
        leg,
        unlike: unlikeness(ring, leg),
        apart: Math.abs(leg.dial.eventAt - ring.from),
      })),
    )
    .filter(({ unlike, apart }) => apart < (unlike === 2 ? NEAR_WITHOUT_LIKENESS_MS : NEAR_MS))
    .sort((one, other) => one.unlike - other.unlike || one.apart - other.apart);
  const matched = new Map<Ring, DialledLeg>();
  const taken = new Set<DialledLeg>();
  for (const { ring, leg } of pairs) {
    if (matched.has(ring) || taken.has(leg)) continue;
    matched.set(ring, leg);
    taken.add(leg);
  }
  return matched;
}

/**
 * Puts a pickup by one's own other phone into the ring whose leg is open already.
 * @returns the rings without these
 */
export function joinPickups(rings: readonly Ring[], matched: ReadonlyMap<Ring, DialledLeg>): Ring[] {
  return rings.filter((ring) => {
    const joined = matched.has(ring) ? undefined : openFor(ring, matched.keys());
    joined?.calls.push(...ring.calls);
    if (joined) joined.to = Math.max(joined.to, ring.to);
    return joined === undefined;
  });
}

function openFor(ring: Ring, matched: Iterable<Ring>): Ring | undefined {
  if (!isPickup(ring)) return undefined;
  return [...matched].find(
    (other) =>
      other.extension === ring.extension &&
      (isSameTag(other.tag, ring.tag) || stopsFor(other, ring)) &&
      other.from <= ring.to &&
      ring.from <= other.to + JOINS_MS,
  );
}

/**
 * The phones that ring stop in the moment of a pickup that shows their caller otherwise: without the transferrer, whom
 * they show in Referred-By, or, after a blonde transfer, with the party that was put in the caller's place.
 */
function stopsFor(ring: Ring, pickup: Ring): boolean {
  const isOne = pickup.tag === undefined ? pickup.number === ring.number : pickup.tag.plan === ring.tag?.plan;
  return isOne && ring.calls.every(({ endedAt, endedBy }) => endedBy === 'cancel' && isMoment(pickup.from, endedAt));
}

const isMoment = (at: number, other = Number.POSITIVE_INFINITY) => Math.abs(other - at) <= JOINS_MS;

/** How many of name and number are others. */
function unlikeness({ name, number }: Ring, { dial }: DialledLeg): number {
  const { CallerIDNum = '', CallerIDNam = '' } = dial.params;
  return Number(CallerIDNum !== number) + Number(unescaped(CallerIDNam) !== name && CallerIDNam !== name);
}
