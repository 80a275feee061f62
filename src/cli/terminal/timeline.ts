import { printableLine } from '../../printable.ts';

/** Paragraphs with the time in front of their first line, and the others below it. */
export class Timeline {
  readonly #write: (text: string) => void;
  #day = '';
  /** Whether the log has times: without, there is no column for them. */
  #hasTimes = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @param at milliseconds since 1970; printed in this machine's own time, with a line of its own for each new day */
  print(at: number | undefined, [first = '', ...rest]: readonly string[]): void {
    if (at !== undefined) this.#printDay(new Date(at));
    const time = at === undefined ? '' : clockOf(new Date(at));
    const margin = this.#hasTimes ? '              ' : '    ';
    this.#write(`${this.#hasTimes ? time.padEnd(margin.length) : ''}${printableLine(first)}\n`);
    for (const line of rest) this.#write(`${margin}${printableLine(line)}\n`);
  }

  #printDay(date: Date): void {
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (day === this.#day) return;
    this.#day = day;
    this.#hasTimes = true;
    this.#write(`${day} (${zoneOf(date)})\n`);
  }
}

const two = (number: number) => String(number).padStart(2, '0');

/** `21:32:29.501`, in this machine's own time. */
function clockOf(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two);
  return `${parts.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}
