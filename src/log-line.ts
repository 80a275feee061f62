import { printableLine } from './printable.ts';

/** What pino writes, as far as a person reads it. */
interface Line {
  level: number;
  time?: string;
  msg?: string;
  err?: { message?: string; stack?: string };
}

/** Of pino's levels, syslog's priorities (sd-daemon(3)): trace and debug 7, info 6, warn 4, error 3, fatal 2. */
const PRIORITIES: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };
const LABELS: Readonly<Record<number, string>> = { 10: 'TRACE', 20: 'DEBUG', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const COLOURS: Readonly<Record<string, number>> = { TRACE: 90, DEBUG: 90, WARN: 33, ERROR: 31, FATAL: 31 };

/** For the journal, which has the time: `<3>101 hangup, …`. @param json a line of pino's */
export function journalLine(json: string): string {
  const line = JSON.parse(json) as Line;
  return linesOf(line, `<${PRIORITIES[line.level] ?? 6}>`);
}

/** For a file or a container's log: `2026-11-28T16:04:28.123Z WARN  102 dial-in, …`. */
export function textLine(json: string): string {
  const line = JSON.parse(json) as Line;
  return linesOf(line, `${line.time ?? ''} ${labelOf(line)}`);
}

/** For a terminal, by its own clock: `16:04:28.123 WARN  102 dial-in, …`. */
export function terminalLine(json: string, hasColours: boolean): string {
  const line = JSON.parse(json) as Line;
  const label = labelOf(line);
  const colour = COLOURS[label.trim()];
  return linesOf(
    line,
    `${clockOf(line.time)} ${hasColours && colour !== undefined ? `\x1b[${colour}m${label}\x1b[39m` : label}`,
  );
}

/** Nothing for what is just said. */
const labelOf = ({ level }: Line) => (LABELS[level] === undefined ? '' : `${LABELS[level].padEnd(5)} `);

function clockOf(time: string | undefined): string {
  const at = new Date(time ?? Date.now());
  return `${at.toTimeString().slice(0, 8)}.${`${at.getMilliseconds()}`.padStart(3, '0')}`;
}

/** The text, and of a bug of ours where it happened. */
function linesOf({ msg = '', err }: Line, prefix: string): string {
  const cause = err?.message === undefined || msg.includes(err.message) ? '' : `: ${err.message}`;
  const stack = err?.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [`${msg}${cause}`, ...stack].map((line) => `${prefix}${printableLine(line)}\n`).join('');
}
