/** When a delivery is tried: milliseconds after its call event. */
export interface Schedule {
  /** The pause between the last two repeats until `expireMs`. */
  triesMs: readonly number[];
  expireMs: number;
}

/** Between two attempts there is always this much time, also when the first took long. */
const SHORTEST_PAUSE_MS = 500;

/**
 * When the next attempt is due, as milliseconds after the call event.
 *
 * @param attempts how many there were
 * @param ageMs how old the delivery is now
 * @param notBeforeMs what Retry-After asks for, from now
 * @param random 0 to 1: jitter of ±20 %, so that receivers that come back are not hit by all at once
 */
export function nextTryMs(
  { triesMs }: Schedule,
  attempts: number,
  ageMs: number,
  notBeforeMs: number | undefined,
  random: number,
): number {
  const last = triesMs.at(-1) ?? 0;
  const pause = Math.max(last - (triesMs.at(-2) ?? 0), SHORTEST_PAUSE_MS);
  const planned = triesMs[attempts] ?? last + (attempts - triesMs.length + 1) * pause;
  const jittered = planned * (0.8 + 0.4 * random);
  return Math.max(jittered, ageMs + (notBeforeMs ?? SHORTEST_PAUSE_MS));
}
