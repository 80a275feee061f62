/** The times of a delivery's attempts: milliseconds after its call event. */
export interface Schedule {
  /** The times of the attempts; there is no attempt after the last one. */
  triesMs: readonly number[];
  /** When the delivery expires, and no longer delays the deliveries behind it in its leg. */
  expireMs: number;
}

/** The least time between two attempts, even when the first took long. */
const SHORTEST_PAUSE_MS = 500;

/**
 * When the next attempt is due, as milliseconds after the call event; `undefined` when there is none before it expires.
 *
 * @param attempts the number of attempts so far
 * @param ageMs how old the delivery is now
 * @param notBeforeMs what Retry-After asks for, from now
 * @param random 0 to 1: jitter of ±20 %, so that receivers that come back are not hit by all at once
 */
export function nextTryMs(
  { triesMs, expireMs }: Schedule,
  attempts: number,
  ageMs: number,
  notBeforeMs: number | undefined,
  random: number,
): number | undefined {
  const planned = triesMs[attempts];
  if (planned === undefined) return undefined;
  const pauseMs = Math.max(notBeforeMs ?? 0, SHORTEST_PAUSE_MS);
  const next = Math.max(planned * (0.8 + 0.4 * random), ageMs + pauseMs);
  return next < expireMs ? next : undefined;
}
