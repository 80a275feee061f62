import type { DeliveryState, MinuteCount } from '../../delivery/admin.ts';

/** The deliveries of the call events since then, by state. @param from milliseconds since 1970; to the minute */
export function countsSince(minutes: readonly MinuteCount[], from: number): Record<DeliveryState, number> {
  const counts = { delivered: 0, pending: 0, dead: 0 };
  for (const { at, delivered, pending, dead } of minutes) {
    if (at + 60_000 <= from) continue;
    counts.delivered += delivered;
    counts.pending += pending;
    counts.dead += dead;
  }
  return counts;
}
