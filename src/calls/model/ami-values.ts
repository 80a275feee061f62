import { isBackFromParking } from './parking.ts';

/**
 * Whether AMI shows a value here: not an empty string, `<unknown>`, `unknown` (in any case) or `<null>`. `anonymous` is
 * a value.
 */
export function isKnown(value: string): boolean {
  return value !== '' && !/^(<unknown>|unknown|<null>)$/i.test(value);
}

/** The same for a number: `s` is the start of a dialplan, which one that dials from there leaves as its caller id. */
export function isKnownNumber(value: string): boolean {
  return isKnown(value) && value !== 's';
}

/** The Exten that a channel shows, where a person can have dialled it; else `undefined`. */
export function shownNumber(shown: { exten: string; context?: string }): string | undefined {
  return isBackFromParking(shown) ? undefined : usableExten(shown.exten);
}

/** Extens of the dialplan's own: start, hangup, invalid, timeout. Nobody dials them. */
const OF_THE_DIALPLAN = new Set(['', 's', 'h', 'i', 't', 'T', 'o', 'a', 'e', '<unknown>', '<null>']);

/** The Exten, when it is a number that a person can have dialled; else `undefined`. */
export function usableExten(exten: string | undefined): string | undefined {
  return exten === undefined || OF_THE_DIALPLAN.has(exten) ? undefined : exten;
}
