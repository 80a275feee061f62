import type { DialledLeg } from './legs.ts';
import { unescaped } from './names.ts';
import type { Ring } from './rings.ts';

const NEAR_MS = 800;
/** A leg that shows another caller may still be a phone's, with wrong values, when it came in the same moment. */
const NEAR_WITHOUT_LIKENESS_MS = 400;

/** Which IN leg belongs to which ring: the one most alike, then the nearest in time; each leg to one ring at most. */
export function matchRings(rings: readonly Ring[], legs: readonly DialledLeg[]): Map<Ring, DialledLeg> {
  const pairs = rings
    .flatMap((ring) =>
      legs
        .filter(({ flow, extension }) => flow === 'IN' && extension === ring.extension)
        .map((leg) => ({ ring, leg, unlike: unlikeness(ring, leg), apart: Math.abs(leg.dial.eventAt - ring.from) })),
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

/** How many of name and number are others. */
function unlikeness({ name, number }: Ring, { dial }: DialledLeg): number {
  const { CallerIDNum = '', CallerIDNam = '' } = dial.params;
  return Number(CallerIDNum !== number) + Number(unescaped(CallerIDNam) !== name && CallerIDNam !== name);
}
