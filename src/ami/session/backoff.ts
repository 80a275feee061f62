/**
 * How long to wait before the next try of a connection: doubled each time, with jitter, so that many bridges do not
 * come back to a restarted Asterisk together.
 *
 * @param failures how many tries have failed in a row: 1 for the first wait
 * @param random from 0 up to 1
 * @returns milliseconds, between half of the doubled time and all of it
 */
export function backoff(failures: number, min: number, max: number, random: number): number {
  const doubled = Math.min(max, min * 2 ** Math.min(failures - 1, 30));
  return Math.round(doubled * (0.5 + random / 2));
}
