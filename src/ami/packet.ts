/**
 * One block of AMI (an event, an answer) as a view on bytes that somebody else owns: nothing is decoded until it is
 * asked for, and what is asked for is a copy. A packet is valid only while it is being handed over; keep its strings,
 * never the packet.
 */

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
/** Sets the bit that tells lower from upper case in ASCII; enough to compare header names, which hold no `@[\]^_`. */
const LOWER = 0x20;

export class Packet {
  /** The name of the event, as the used set spells it; `''` for an answer or anything else. */
  event = '';
  /** The bytes that hold it, from `start` up to (not including) `end`. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;

  /** Four numbers for each line: key start, key end, value start, value end. */
  #lines: Int32Array = new Int32Array(4 * 64);
  #count = -1;

  /** Points the packet at other bytes. */
  set(event: string, bytes: Buffer, start: number, end: number): void {
    this.event = event;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.#count = -1;
  }

  /** The first value of a header, whatever the case of its name; `''` when it is empty or absent. UTF-8, faulty bytes replaced. */
  get(name: string): string {
    const line = this.#find(name);
    return line < 0 ? '' : this.#value(line);
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** All values of a header that is repeated (`Output`, `Variable`), in order. */
  getAll(name: string): string[] {
    if (this.#count < 0) this.#index();
    const values: string[] = [];
    for (let line = 0; line < this.#count; line++) if (this.#is(line, name)) values.push(this.#value(line));
    return values;
  }

  /** All headers, names in lower case; a repeated one as an array: what asterisk-manager calls an event. */
  toObject(): Record<string, string | string[]> {
    if (this.#count < 0) this.#index();
    const object: Record<string, string | string[]> = Object.create(null);
    for (let line = 0; line < this.#count; line++) {
      const key = this.#text(this.#lines[line * 4] as number, this.#lines[line * 4 + 1] as number).toLowerCase();
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
    if (this.#count < 0) this.#index();
    for (let line = 0; line < this.#count; line++) if (this.#is(line, name)) return line;
    return -1;
  }

  #is(line: number, name: string): boolean {
    const at = line * 4;
    const start = this.#lines[at] as number;
    const length = name.length;
    if ((this.#lines[at + 1] as number) - start !== length) return false;
    const bytes = this.bytes;
    for (let i = 0; i < length; i++) {
      if (((bytes[start + i] as number) | LOWER) !== (name.charCodeAt(i) | LOWER)) return false;
    }
    return true;
  }

  #value(line: number): string {
    return this.#text(this.#lines[line * 4 + 2] as number, this.#lines[line * 4 + 3] as number);
  }

  /** A string of its own: a slice of a longer one would keep the whole chunk alive. */
  #text(start: number, end: number): string {
    const bytes = this.bytes;
    for (let i = start; i < end; i++) if ((bytes[i] as number) > 0x7f) return bytes.toString('utf8', start, end);
    return start === end ? '' : bytes.toString('latin1', start, end);
  }

  #index(): void {
    const { bytes, end } = this;
    let count = 0;
    let at = this.start;
    while (at < end) {
      const keyStart = at;
      let colon = -1;
      let c = 0;
      for (; at < end; at++) {
        c = bytes[at] as number;
        if (c === LF) break;
        if (c === COLON && colon < 0) colon = at;
      }
      const lineEnd = at > keyStart && bytes[at - 1] === CR ? at - 1 : at;
      at++;
      if (colon < 0) continue;
      if (count * 4 === this.#lines.length) this.#grow();
      const valueStart = bytes[colon + 1] === SPACE && colon + 1 < lineEnd ? colon + 2 : colon + 1;
      this.#lines[count * 4] = keyStart;
      this.#lines[count * 4 + 1] = colon;
      this.#lines[count * 4 + 2] = valueStart;
      this.#lines[count * 4 + 3] = lineEnd;
      count++;
    }
    this.#count = count;
  }

  #grow(): void {
    const more = new Int32Array(this.#lines.length * 2);
    more.set(this.#lines);
    this.#lines = more;
  }
}
