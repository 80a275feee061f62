/**
 * How long to wait before the next attempt to connect: doubled each time, with jitter, so that many services do not
 * come back to a restarted Asterisk together.
 *
 * @param failures how many attempts have failed in a row: 1 for the first wait
 * @param min the longest first wait, in milliseconds
 * @param max the longest wait of all, in milliseconds
 * @param random from 0 up to 1
 * @returns milliseconds, between half of the doubled time and all of it
 */
export function backoff(failures: number, min: number, max: number, random: number): number {
  const doubled = Math.min(max, min * 2 ** Math.min(failures - 1, 30));
  return Math.round(doubled * (0.5 + random / 2));
}
