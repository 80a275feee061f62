import { AmiError } from '../errors.ts';
import { EventNameTable } from './event-name-table.ts';
import { LineFinder } from './line-finder.ts';
import { Packet } from './packet.ts';

const LF = 10;
const CR = 13;
const BANNER = Buffer.from('Asterisk Call Manager/');
const FOLLOWS = Buffer.from('response: follows');
const END_COMMAND = '--END COMMAND--';

/** Longest block taken, in bytes. The longest real ones are answers of `Command`; an event has some 2 kB. */
const MAX_BLOCK = 256 * 1024;

interface ParserSink {
  /** A used event, or an answer (its `event` is `''`). The packet is valid only during the call. */
  packet(packet: Packet): void;
  /** The first line of a connection: `1.3`, `2.10.4`, `11.0.0`. */
  banner?(version: string): void;
  /** Every whole block, before its packet: its bytes from `start` up to `end`. */
  block?(bytes: Buffer, start: number, end: number): void;
}

/**
 * Bytes of AMI → packets, with no socket and no clock. Blocks end with an empty line, whose line ends may be CRLF,
 * lone LF, or a mixture (CoreShowChannelMap ends with `\r\n\n`). Events whose names are not used are skipped without
 * being decoded, at any length.
 */
export class AmiParser {
  readonly #names: EventNameTable;
  readonly #sink: ParserSink;
  readonly #maxBlock: number;
  readonly #packet = new Packet();
  /** The block that is being read is too long, and not used: it is dropped as it comes, up to its end. */
  #skipping = false;
  /** Of its bytes those from `#start` to `#end` are waiting; up to `#scanned` there is no end of a block in them. */
  #lines = new LineFinder(128 * 1024);
  #start = 0;
  #end = 0;
  #scanned = 0;

  /** @param names the events that are wanted, in their usual spelling */
  constructor(names: Iterable<string>, sink: ParserSink, maxBlock = MAX_BLOCK) {
    this.#names = new EventNameTable(names);
    this.#sink = sink;
    this.#maxBlock = maxBlock;
  }

  /**
   * Takes the next bytes, which may be reused by the caller afterwards.
   * An event that is not used may be of any length, and so may a VarSet: a variable can hold a whole document.
   * @throws {AmiError} AMI_BLOCK_TOO_LONG when another block does not end; what was buffered of it is dropped
   */
  push(chunk: Uint8Array): void {
    // In pieces, so that what is buffered stays at the size of a block, whatever the size of a chunk.
    for (let at = 0; at < chunk.length; at += this.#maxBlock) {
      this.#append(chunk.length <= this.#maxBlock ? chunk : chunk.subarray(at, at + this.#maxBlock));
      this.#parse();
      const buffered = this.#end - this.#start;
      if (buffered <= this.#maxBlock) continue;
      const name = this.#eventName(this.#start, this.#end);
      if (name === '' || name === 'VarSet') {
        this.#skipping = true;
        this.#parse();
        continue;
      }
      this.#drop();
      throw new AmiError('AMI_BLOCK_TOO_LONG', `a block of ${buffered} bytes did not end (at most ${this.#maxBlock})`);
    }
  }

  /** The bytes are over: a last block whose empty line is missing, but not its last line end, counts. */
  end(): void {
    if (!this.#skipping && this.#end > this.#start && this.#lines.bytes[this.#end - 1] === LF)
      this.#block(this.#start, this.#end);
    this.#drop();
  }

  #drop(): void {
    this.#start = 0;
    this.#end = 0;
    this.#scanned = 0;
    this.#skipping = false;
  }

  #append(chunk: Uint8Array): void {
    const buffered = this.#end - this.#start;
    const { bytes } = this.#lines;
    if (this.#end + chunk.length > bytes.length) {
      const room = buffered + chunk.length;
      if (room > bytes.length) this.#lines = new LineFinder(room * 2);
      bytes.copy(this.#lines.bytes, 0, this.#start, this.#end);
      this.#scanned -= this.#start;
      this.#start = 0;
      this.#end = buffered;
    }
    this.#lines.bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #parse(): void {
    if (this.#skipping && !this.#skipToEnd()) return;
    const { bytes } = this.#lines;
    for (;;) {
      while (this.#start < this.#end && isLineEnd(bytes[this.#start] as number)) this.#start++;
      if (this.#scanned < this.#start) this.#scanned = this.#start;
      if (this.#start === this.#end) break;
      if (bytes[this.#start] === BANNER[0] && this.#takeBanner()) continue;

      const start = this.#start;
      const name = this.#scanned === start ? this.#eventName(start, this.#end) : undefined;
      if (name !== undefined && name !== '') {
        const end = this.#packet.read(name, this.#lines, start, this.#end);
        if (end > 0) {
          this.#start = end;
          this.#sink.block?.(bytes, start, end);
          this.#sink.packet(this.#packet);
          continue;
        }
      }
      let marker = -1;
      if (name === undefined && startsWith(bytes, start, this.#end, FOLLOWS)) {
        // An answer of `Command` before Asterisk 14: its text may have empty lines.
        marker = bytes.subarray(0, this.#end).indexOf(END_COMMAND, this.#scanned);
        if (marker < 0) {
          this.#scanned = Math.max(start, this.#end - END_COMMAND.length);
          return;
        }
      }
      const from = marker < 0 ? this.#scanned : marker;
      const end = this.#lines.emptyLineEnd(from, this.#end);
      if (end < 0) {
        // Up to three bytes of an end may be there already; a marker has to be found again.
        this.#scanned = marker < 0 ? Math.max(from, this.#end - 3) : marker;
        return;
      }
      this.#start = end + 1;
      this.#block(start, end + 1, name);
    }
    this.#drop();
  }

  /** Drops the present part of an unused block. @returns whether its end was found */
  #skipToEnd(): boolean {
    const end = this.#lines.emptyLineEnd(this.#start, this.#end);
    this.#skipping = end < 0;
    // Up to three bytes of an end may be there already.
    this.#start = this.#skipping ? Math.max(this.#start, this.#end - 3) : end + 1;
    return !this.#skipping;
  }

  #takeBanner(): boolean {
    const { bytes } = this.#lines;
    if (!startsWith(bytes, this.#start, this.#end, BANNER)) return false;
    const lineEnd = bytes.subarray(0, this.#end).indexOf(LF, this.#start);
    if (lineEnd < 0) return false;
    const version = bytes.toString('latin1', this.#start + BANNER.length, lineEnd).trim();
    this.#start = lineEnd + 1;
    this.#scanned = this.#start;
    this.#sink.banner?.(version);
    return true;
  }

  #block(start: number, end: number, name = this.#eventName(start, end)): void {
    const { bytes } = this.#lines;
    this.#sink.block?.(bytes, start, end);
    if (name === '') return;
    this.#packet.set(name ?? '', this.#lines, start, end);
    if (name === undefined && !startsWith(bytes, start, end, FOLLOWS)) {
      // Not in the usual order: look for the name among all headers.
      const event = this.#packet.get('Event');
      if (event !== '') {
        const line = Buffer.from(`${event}\n`);
        const found = this.#names.find(line, 0, line.length);
        if (!found) return;
        this.#packet.set(found, this.#lines, start, end);
      }
    }
    this.#sink.packet(this.#packet);
  }

  /**
   * The used name of the event that begins here, `''` when it is another one; absent when no whole `Event` line does.
   */
  #eventName(start: number, end: number): string | undefined {
    const { bytes } = this.#lines;
    const valueStart = eventValue(bytes, start, end);
    return valueStart === 0 ? undefined : this.#names.find(bytes, valueStart, end);
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

/** Do the bytes begin so, in any case of letters? */
function startsWith(bytes: Buffer, start: number, end: number, prefix: Buffer): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    if (((bytes[start + i] as number) | 0x20) !== ((prefix[i] as number) | 0x20)) return false;
  }
  return true;
}

/** Where the value of a leading `Event: ` begins; 0 when the block begins otherwise. */
function eventValue(bytes: Buffer, start: number, end: number): number {
  if (
    end - start > 7 &&
    ((bytes[start] as number) | 0x20) === 0x65 && // e
    ((bytes[start + 1] as number) | 0x20) === 0x76 && // v
    ((bytes[start + 2] as number) | 0x20) === 0x65 && // e
    ((bytes[start + 3] as number) | 0x20) === 0x6e && // n
    ((bytes[start + 4] as number) | 0x20) === 0x74 && // t
    bytes[start + 5] === 0x3a // :
  ) {
    return bytes[start + 6] === 0x20 ? start + 7 : start + 6;
  }
  return 0;
}
