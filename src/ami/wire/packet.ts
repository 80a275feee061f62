/**
 * One block of AMI (an event, an answer) as a view on bytes that the parser owns: a header is decoded when it
 * is asked for, and its value is a copy. A packet is valid only while it is being handed over; keep its strings,
 * never the packet.
 */

import { Strings } from './string-cache.ts';

/** The last moment of a JavaScript `Date`, in milliseconds since 1970. Calculating with a later one gives nonsense. */
const LAST_MOMENT_MS = 8.64e15;

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const ZERO = 48;
const POINT = 46;
/** Sets the bit that makes a letter lower case in ASCII; enough to compare header names, which have no `@[\]^_`. */
const LOWER = 0x20;

/** The name of a header that is asked for in every event, made ready for that once. */
export class Header {
  readonly mark: number;
  readonly letters: Uint8Array;

  constructor(name: string) {
    this.mark = markOf(name);
    this.letters = Buffer.from(name).map((letter) => letter | LOWER);
  }
}

export class Packet {
  /** The name of the event, as the used set spells it; `''` for an answer or anything else. */
  event = '';
  /** The bytes that it is in, from `start` up to (not including) `end`. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;

  /** Four numbers for each line: {@link mark} of its key, key start, value start, value end. */
  #lines: Int32Array = new Int32Array(4 * 64);
  /** The line that was found last. */
  #found = -1;
  readonly #strings = new Strings();
  #count = -1;

  /** Points the packet at other bytes. */
  set(event: string, bytes: Buffer, start: number, end: number): void {
    this.event = event;
    this.bytes = bytes;
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
  read(event: string, bytes: Buffer, start: number, end: number): number {
    this.set(event, bytes, start, end);
    this.end = this.#index(true);
    return this.end;
  }

  /** The first value of a header, whatever the case of its name; `''` when it is empty or absent. UTF-8, faulty bytes replaced. */
  get(name: string): string {
    const line = this.#find(name);
    return line < 0 ? '' : this.#value(line);
  }

  /**
   * As {@link get}, looked for first in the lines that follow the one found last: for headers that Asterisk always sends
   * in the same order.
   */
  next(header: Header): string {
    const line = this.#findNext(header);
    return line < 0 ? '' : this.#value(line);
  }

  /** As {@link next}, for a number that Asterisk writes in decimal; -1 when it is not one, or has more than nine digits. */
  nextInteger(header: Header): number {
    const line = this.#findNext(header);
    if (line < 0) return -1;
    const start = this.#lines[line * 4 + 2] as number;
    const end = this.#lines[line * 4 + 3] as number;
    if (start === end || end - start > 9) return -1;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = (this.bytes[i] as number) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** As {@link next}, for decimal seconds, in whole milliseconds; absent when it is not a number, or no moment that JavaScript can name. */
  nextMilliseconds(header: Header): number | undefined {
    const line = this.#findNext(header);
    if (line < 0) return undefined;
    let value = 0;
    let scale = 0;
    for (let i = this.#lines[line * 4 + 2] as number; i < (this.#lines[line * 4 + 3] as number); i++) {
      const digit = (this.bytes[i] as number) - ZERO;
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

  /**
   * The last value of a header, `''` when there is none: for one that stands near the end, of an event that may turn out
   * not to be wanted, for the lines before it are not looked at.
   */
  getFromEnd(name: string): string {
    const { bytes, start } = this;
    let lineEnd = this.end;
    while (lineEnd > start) {
      let at = lineEnd - 1;
      while (at > start && bytes[at - 1] !== LF) at--;
      if (bytes[at + name.length] === COLON && spells(bytes, at, name)) {
        let end = lineEnd;
        while (end > at && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
        const value = at + name.length + 1;
        return this.#text(bytes[value] === SPACE && value < end ? value + 1 : value, end);
      }
      lineEnd = at;
    }
    return '';
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** Whether one of two headers is there, at one look. */
  hasEither(one: Header, other: Header): boolean {
    if (this.#count < 0) this.#index(false);
    const lines = this.#lines;
    for (let line = 0; line < this.#count; line++) {
      const found = lines[line * 4];
      if (found !== one.mark && found !== other.mark) continue;
      const { letters } = found === one.mark ? one : other;
      if (begins(this.bytes, lines[line * 4 + 1] as number, letters)) return true;
    }
    return false;
  }

  /** All values of a header that is repeated (`Output`, `Variable`), in order. */
  getAll(name: string): string[] {
    if (this.#count < 0) this.#index(false);
    const values: string[] = [];
    const wanted = markOf(name);
    for (let line = 0; line < this.#count; line++) if (this.#is(line, wanted, name)) values.push(this.#value(line));
    return values;
  }

  /** All headers, names in lower case; a repeated one as an array: what asterisk-manager calls an event. */
  toObject(): Record<string, string | string[]> {
    if (this.#count < 0) this.#index(false);
    const object: Record<string, string | string[]> = Object.create(null);
    for (let line = 0; line < this.#count; line++) {
      const start = this.#lines[line * 4 + 1] as number;
      const key = this.#text(start, start + ((this.#lines[line * 4] as number) >>> 16)).toLowerCase();
      const before = object[key];
      if (before === undefined) object[key] = this.#value(line);
      else if (Array.isArray(before)) before.push(this.#value(line));
      else object[key] = [before, this.#value(line)];
    }
    return object;
  }

  /** The bytes themselves, as text. */
  toString(): string {
    return this.#text(this.start, this.end);
  }

  #find(name: string): number {
    if (this.#count < 0) this.#index(false);
    const wanted = markOf(name);
    for (let line = 0; line < this.#count; line++) if (this.#is(line, wanted, name)) return line;
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

  #search({ mark, letters }: Header, from: number, to: number): number {
    const lines = this.#lines;
    for (let line = from; line < to; line++)
      if (lines[line * 4] === mark && begins(this.bytes, lines[line * 4 + 1] as number, letters)) return line;
    return -1;
  }

  #is(line: number, wanted: number, name: string): boolean {
    return this.#lines[line * 4] === wanted && spells(this.bytes, this.#lines[line * 4 + 1] as number, name);
  }

  #value(line: number): string {
    return this.#text(this.#lines[line * 4 + 2] as number, this.#lines[line * 4 + 3] as number);
  }

  /** A string of its own: a slice of a longer one would keep the whole chunk alive. */
  #text(start: number, end: number): string {
    return this.#strings.text(this.bytes, start, end);
  }

  /**
   * Finds the lines.
   * @param first whether to stop at the first empty line
   * @returns where that one ends; -1 when there is none
   */
  #index(first: boolean): number {
    const { bytes, end } = this;
    this.#count = 0;
    let at = this.start;
    while (at < end) {
      const keyStart = at;
      while (at < end && bytes[at] !== COLON && bytes[at] !== LF) at++;
      const colon = at;
      while (at < end && bytes[at] !== LF) at++;
      const lineEnd = at > keyStart && bytes[at - 1] === CR ? at - 1 : at;
      at++;
      if (colon < lineEnd) this.#line(keyStart, colon, lineEnd);
      else if (first && lineEnd === keyStart && at <= end) return at;
    }
    return -1;
  }

  #line(keyStart: number, colon: number, lineEnd: number): void {
    const { bytes } = this;
    const at = this.#count * 4;
    if (at === this.#lines.length) this.#grow();
    const valueStart = bytes[colon + 1] === SPACE && colon + 1 < lineEnd ? colon + 2 : colon + 1;
    this.#lines[at] = mark(colon - keyStart, bytes[keyStart] as number, bytes[colon - 1] as number);
    this.#lines[at + 1] = keyStart;
    this.#lines[at + 2] = valueStart;
    this.#lines[at + 3] = lineEnd;
    this.#count++;
  }

  #grow(): void {
    const more = new Int32Array(this.#lines.length * 2);
    more.set(this.#lines);
    this.#lines = more;
  }
}

/** Differs for most names: length, first and last character. */
function mark(length: number, first: number, last: number): number {
  return (length << 16) | ((first | LOWER) << 8) | last | LOWER;
}

function markOf(name: string): number {
  return mark(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
}

function spells(bytes: Buffer, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (((bytes[start + i] as number) | LOWER) !== (name.charCodeAt(i) | LOWER)) return false;
  }
  return true;
}

function begins(bytes: Buffer, start: number, letters: Uint8Array): boolean {
  for (let i = 0; i < letters.length; i++) if (((bytes[start + i] as number) | LOWER) !== letters[i]) return false;
  return true;
}
