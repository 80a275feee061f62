import { printableLine } from '../../printable.ts';

/** Lines of comma-separated values, as RFC 4180 has them. */
export function csvOf(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map((value) => fieldProblemOf(value)).join(',')}\r\n`).join('');
}

function fieldProblemOf(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = printableLine(value);
  // A spreadsheet would take such a text for a formula; a number is harmless, with a plus before it or not.
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+$/.test(text) ? `'${text}` : text;
  return /[",\n\r;']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
