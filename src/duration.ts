const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as people write it: `250ms`, `1.5 s`, `2h`, and `0` of whatever. */
export const DURATION = /^(?:0|(\d+(?:\.\d+)?) ?(ms|s|m|h|d))$/;

const DATE = /^\d{4}-\d\d/;

/** Milliseconds of a length of time; absent when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 1);
}

/**
 * A moment, as a length of time before now (`2h`) or as a date (`2026-03-14`).
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970; absent when it is neither
 */
export function parseMoment(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return Math.round(now - ago);
  // Date.parse takes much more: a length of time without its unit, such as `1`, would be a month of 2001.
  const moment = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}
