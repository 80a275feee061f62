/**
 * An event that an AMI library has made an object of, as the text of AMI. Libraries spell names in their own ways
 * (`uniqueid`, `caller_id_num`), make lists of headers that come more than once, and maps of variables.
 */
export function textOfEvent(fields: Record<string, unknown>): string {
  const lines = Object.entries(fields).flatMap(([key, value]) => linesOf(headerName(key), value));
  // An event begins with its name, wherever that stood.
  lines.sort((a, b) => Number(b.startsWith('Event: ')) - Number(a.startsWith('Event: ')));
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Names without signs between the words; upper and lower case do not matter to a reader of AMI. */
function headerName(key: string): string {
  const name = key.replaceAll(/[_\s:]/g, '').toLowerCase();
  if (name === 'event') return 'Event';
  return name === 'causetxt' ? 'Cause-txt' : key.replaceAll(/[_\s:]/g, '');
}

function linesOf(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => linesOf(name, one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, inner]) => lineOf(name, `${key}=${String(inner ?? '')}`));
  return [lineOf(name, name.toLowerCase() === 'timestamp' ? secondsOf(value) : String(value ?? ''))];
}

/** A line end within a value would begin another header. */
const lineOf = (name: string, value: string) => `${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}`;

/** Asterisk's own time is in seconds since 1970; a program may have put its own there, in milliseconds or as a date. */
function secondsOf(value: unknown): string {
  const text = String(value ?? '');
  const number = Number(text);
  if (Number.isFinite(number)) return number > 1e11 ? String(number / 1000) : text;
  const date = Date.parse(text);
  return Number.isNaN(date) ? text : String(date / 1000);
}
