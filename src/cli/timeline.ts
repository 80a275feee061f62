/** Paragraphs with the time in front of their first line, and the others below it. */
export class Timeline {
  readonly #say: (text: string) => void;
  #day = '';
  /** Whether the log has times: without, there is no column for them. */
  #hasTimes = false;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** @param at milliseconds since 1970; told in this machine's own time, with a line of its own for each new day */
  print(at: number | undefined, [first = '', ...rest]: readonly string[]): void {
    if (at !== undefined) this.#tellDay(new Date(at));
    const time = at === undefined ? '' : clockOf(new Date(at));
    const margin = this.#hasTimes ? '              ' : '    ';
    this.#say(`${this.#hasTimes ? time.padEnd(margin.length) : ''}${first}\n`);
    for (const line of rest) this.#say(`${margin}${line}\n`);
  }

  #tellDay(date: Date): void {
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (day === this.#day) return;
    this.#day = day;
    this.#hasTimes = true;
    this.#say(`${day} (${zoneOf(date)})\n`);
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
