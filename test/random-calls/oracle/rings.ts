import { EXTENSIONS } from '../cast.ts';
import { keyOf, type Tag } from '../plan/plan.ts';
import { overAt, type PhoneCall } from './phone-call.ts';
import type { Scene } from './scene.ts';

/** An extension is rung on one or more phones, without a pause: what must become one IN leg. */
export interface Ring {
  extension: string;
  tag: Tag | undefined;
  showsCaller: boolean;
  name: string;
  number: string;
  from: number;
  to: number;
  calls: PhoneCall[];
}

/** Of callers that show no tag, only phones that are rung in the same moment are in one call. */
const SAME_MOMENT_MS = 50;
/** What the other side ended is over for Asterisk a little before the phone knows it. */
const KNOWN_LATE_MS = 5;
const KNOWN_EARLY_MS = 3;

export const isPickup = ({ calls }: Ring): boolean => calls.some((call) => call.isPickup);

export function ringsOf(scene: Scene): Ring[] {
  return EXTENSIONS.flatMap((extension) => {
    const own = scene.rung
      .filter((call) => call.extension === extension && !scene.first.calls.has(call.id))
      .sort((one, other) => one.at - other.at);
    const rings: Ring[] = [];
    for (const call of own) {
      const ring = rings.find((open) => joins(open, call));
      if (ring === undefined) rings.push(newRing(extension, call));
      else {
        ring.calls.push(call);
        ring.to = Math.max(ring.to, overAt(call));
      }
    }
    return rings;
  });
}

const newRing = (extension: string, call: PhoneCall): Ring => ({
  extension,
  tag: call.tag,
  showsCaller: call.showsCaller,
  name: call.name,
  number: call.number,
  from: call.at,
  to: overAt(call),
  calls: [call],
});

function joins(ring: Ring, call: PhoneCall): boolean {
  if (call.isPickup || ring.calls[0]?.isPickup === true || ring.number !== call.number) return false;
  if (!isSameTag(ring.tag, call.tag)) return false;
  if (call.tag === undefined && call.at - ring.from >= SAME_MOMENT_MS) return false;
  const last = ring.calls.at(-1)?.endedBy;
  return ring.to + (last === 'the other side' ? -KNOWN_LATE_MS : KNOWN_EARLY_MS) >= call.at;
}

export const isSameTag = (one: Tag | undefined, other: Tag | undefined): boolean =>
  one === undefined || other === undefined ? one === other : keyOf(one) === keyOf(other);
