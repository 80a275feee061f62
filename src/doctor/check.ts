export type Level = 'ok' | 'warning' | 'fault';

/** The result of one check. */
export interface Check {
  /** The name of the check: stable, for scripts. */
  id: string;
  level: Level;
  message: string;
  /** The command to type, or what else to do; `''` where nothing is to be done. */
  remedy: string;
}

export const ok = (id: string, message: string): Check => ({ id, level: 'ok', message, remedy: '' });
export const warning = (id: string, message: string, remedy: string): Check => ({
  id,
  level: 'warning',
  message,
  remedy,
});
export const fault = (id: string, message: string, remedy: string): Check => ({ id, level: 'fault', message, remedy });

/** The worst level of all checks. */
export function worstOf(checks: readonly Check[]): Level {
  if (checks.some(({ level }) => level === 'fault')) return 'fault';
  return checks.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}

/**
 * From six digits on it may be somebody's number; a port has five. The Event ID in `resume ID` is kept, for it is to be
 * typed.
 */
const NUMBER = /(?<![\w.-])(?<!resume )\+?\d{6,}(?![\w.-]*\w)/g;

/** A text without whole telephone numbers: `+316…78`. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(NUMBER, (number) => `${number.slice(0, 4)}…${number.slice(-2)}`);
}

/** A list that stays readable. */
export function some(all: readonly string[], most = 8): string {
  return all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
}

/** `1 fault`, `2 faults` */
export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
