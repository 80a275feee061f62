/**
 * One block of AMI (an event, an answer) as a view on bytes that the parser owns: a header is decoded when it
 * is asked for, and its value is a copy. A packet is valid only while it is being handed over; keep its strings,
 * never the packet.
 */

import { LineFinder } from './line-finder.ts';
import { StringCache } from './string-cache.ts';

/** The last moment of a JavaScript `Date`, in milliseconds since 1970. Calculating with a later one gives nonsense. */
const LAST_MOMENT_MS = 8.64e15;

const CR = 13;
const SPACE = 32;
const COLON = 58;
const ZERO = 48;
const POINT = 46;
/** Sets the bit that makes a letter lower case in ASCII; enough to compare header names, which have no `@[\]^_`. */
const LOWER = 0x20;

/** The name of a header that is asked for in every event, made ready for that once. */
export class Header {
  /** In lower case. */
  readonly letters: Uint8Array;
  readonly length: number;

  constructor(name: string) {
    this.letters = Buffer.from(name).map((letter) => letter | LOWER);
    this.length = this.letters.length;
  }
}

export class Packet {
  /** The name of the event, as the used set spells it; `''` for an answer or anything else. */
  event = '';
  /** Where it is, from `start` up to (not including) `end`. */
  lines = new LineFinder(0);
  start = 0;
  end = 0;

  /** Where each line begins, and behind the last one where another would. */
  #starts: Int32Array = new Int32Array(64);
  /** How many lines there are, empty ones too; -1 before they are looked for. */
  #count = -1;
  /** The line that was found last. */
  #found = -1;
  readonly #strings = new StringCache();

  /** Points the packet at a block. */
  set(event: string, lines: LineFinder, start: number, end: number): void {
    this.event = event;
    this.lines = lines;
    this.start = start;
    this.end = end;
    this.#count = -1;
    this.#found = -1;
  }

  /**
   * Points the packet at the block that begins at `start`, and finds its lines and its end at once.
   * @param end where the bytes end
   * @returns where the block ends, behind its empty line; -1 when that is not there yet, and the packet is then invalid
   */
  read(event: string, lines: LineFinder, start: number, end: number): number {
    this.set(event, lines, start, end);
    this.end = this.#index(true);
    return this.end;
  }

  /**
   * The first value of a header, whatever the case of its name; `''` when it is empty or absent. UTF-8, faulty bytes
   * replaced.
   */
  get(name: string): string {
    const line = this.#find(name);
    return line < 0 ? '' : this.#value(line, name.length);
  }

  /**
   * As {@link get}, looked for first in the lines that follow the one found last: for headers that Asterisk always
   * sends in the same order.
   */
  next(header: Header): string {
    const line = this.#findNext(header);
    return line < 0 ? '' : this.#value(line, header.length);
  }

  /**
   * As {@link next}, for a number that Asterisk writes in decimal; -1 when it is not one, or has more than nine digits.
   */
  nextInteger(header: Header): number {
    const line = this.#findNext(header);
    if (line < 0) return -1;
    const { bytes } = this.lines;
    const end = this.#valueEnd(line);
    const start = this.#valueStart(line, header.length, end);
    if (start === end || end - start > 9) return -1;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = (bytes[i] as number) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /**
   * As {@link next}, for decimal seconds, in whole milliseconds; absent when it is not a number, or no moment that
   * JavaScript can name.
   */
  nextMilliseconds(header: Header): number | undefined {
    const line = this.#findNext(header);
    if (line < 0) return undefined;
    const { bytes } = this.lines;
    const end = this.#valueEnd(line);
    let value = 0;
    let scale = 0;
    for (let i = this.#valueStart(line, header.length, end); i < end; i++) {
      const digit = (bytes[i] as number) - ZERO;
      if (digit === POINT - ZERO && scale === 0) scale = 1;
      else if (digit < 0 || digit > 9) return undefined;
      else {
        value = value * 10 + digit;
        scale *= 10;
      }
    }
    const milliseconds = Math.round((value * 1000) / Math.max(scale, 1));
    return milliseconds > 0 && milliseconds <= LAST_MOMENT_MS ? milliseconds : undefined;
  }

  /** The last value of a header, `''` when there is none: quicker than {@link get} for one that stands near the end. */
  last(header: Header): string {
    if (this.#count < 0) this.#index(false);
    for (let line = this.#count - 1; line >= 0; line--)
      if (this.#begins(line, header)) return this.#value(line, header.length);
    return '';
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** Whether one of two headers is there, at one look. */
  hasEither(one: Header, other: Header): boolean {
    if (this.#count < 0) this.#index(false);
    const { bytes } = this.lines;
    const starts = this.#starts;
    for (let line = 0; line < this.#count; line++) {
      const start = starts[line] as number;
      if (bytes[start + one.length] === COLON && this.#begins(line, one)) return true;
      if (bytes[start + other.length] === COLON && this.#begins(line, other)) return true;
    }
    return false;
  }

  /** All values of a header that is repeated (`Output`, `Variable`), in order. */
  getAll(name: string): string[] {
    if (this.#count < 0) this.#index(false);
    const values: string[] = [];
    for (let line = 0; line < this.#count; line++)
      if (this.#spells(line, name)) values.push(this.#value(line, name.length));
    return values;
  }

  /** All headers, names in lower case; a repeated one as an array: what asterisk-manager calls an event. */
  toObject(): Record<string, string | string[]> {
    if (this.#count < 0) this.#index(false);
    const object: Record<string, string | string[]> = Object.create(null);
    for (let line = 0; line < this.#count; line++) {
      const start = this.#starts[line] as number;
      const colon = this.lines.bytes.indexOf(COLON, start);
      // A line without a colon has no header.
      if (colon < 0 || colon >= this.#valueEnd(line)) continue;
      const key = this.#text(start, colon).toLowerCase();
      const value = this.#value(line, colon - start);
      const before = object[key];
      if (before === undefined) object[key] = value;
      else if (Array.isArray(before)) before.push(value);
      else object[key] = [before, value];
    }
    return object;
  }

  /** The bytes themselves, as text. */
  toString(): string {
    return this.#text(this.start, this.end);
  }

  #find(name: string): number {
    if (this.#count < 0) this.#index(false);
    for (let line = 0; line < this.#count; line++) if (this.#spells(line, name)) return line;
    return -1;
  }

  #findNext(header: Header): number {
    if (this.#count < 0) this.#index(false);
    const from = this.#found + 1;
    let line = this.#search(header, from, this.#count);
    if (line < 0) line = this.#search(header, 0, Math.min(from, this.#count));
    if (line >= 0) this.#found = line;
    return line;
  }

  #search(header: Header, from: number, to: number): number {
    for (let line = from; line < to; line++) if (this.#begins(line, header)) return line;
    return -1;
  }

  /** Whether the line has this header. */
  #begins(line: number, { letters, length }: Header): boolean {
    const { bytes } = this.lines;
    const start = this.#starts[line] as number;
    if (bytes[start + length] !== COLON) return false;
    for (let i = 0; i < length; i++) if (((bytes[start + i] as number) | LOWER) !== letters[i]) return false;
    return true;
  }

  /** The same for a name that is not made ready. */
  #spells(line: number, name: string): boolean {
    const { bytes } = this.lines;
    const start = this.#starts[line] as number;
    if (bytes[start + name.length] !== COLON) return false;
    for (let i = 0; i < name.length; i++)
      if (((bytes[start + i] as number) | LOWER) !== (name.charCodeAt(i) | LOWER)) return false;
    return true;
  }

  #value(line: number, nameLength: number): string {
    const end = this.#valueEnd(line);
    return this.#text(this.#valueStart(line, nameLength, end), end);
  }

  #valueStart(line: number, nameLength: number, end: number): number {
    const start = (this.#starts[line] as number) + nameLength + 1;
    return this.lines.bytes[start] === SPACE && start < end ? start + 1 : start;
  }

  #valueEnd(line: number): number {
    const lineEnd = (this.#starts[line + 1] as number) - 1;
    return this.lines.bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  }

  /** A string of its own: a slice of a longer one would keep the whole chunk alive. */
  #text(start: number, end: number): string {
    return this.#strings.text(this.lines.bytes, start, end);
  }

  /**
   * Finds the lines.
   * @param first whether to stop at the first empty line
   * @returns where that one ends; -1 when there is none
   */
  #index(first: boolean): number {
    const { end, lines } = this;
    let count = 0;
    let at = this.start;
    let isEnd = false;
    while (at < end && !isEnd) {
      if (count + 1 === this.#starts.length) this.#grow();
      this.#starts[count++] = at;
      const lineEnd = lines.lineEnd(at, end);
      isEnd = first && (lineEnd === at || (lineEnd === at + 1 && lines.bytes[at] === CR));
      at = (lineEnd < 0 ? end : lineEnd) + 1;
    }
    this.#starts[count] = at;
    this.#count = count;
    return isEnd ? at : -1;
  }

  #grow(): void {
    const more = new Int32Array(this.#starts.length * 2);
    more.set(this.#starts);
    this.#starts = more;
  }
}
