/**
 * Recorded AMI text that can be played again and again with other calls in it: what names a channel, a call, a bridge,
 * a second or an extension is written anew in place, with a fixed width, so that making a stream costs next to nothing.
 */

/** What is written at one place of the text. */
type Kind = 'uniqueid' | 'channel' | 'bridge' | 'second' | 'caller' | 'called';

interface Place {
  at: number;
  kind: Kind;
  /** Which uniqueid, channel or bridge of the recording; for a second, how many after its beginning. */
  index: number;
}

/** Who calls in one filling of the template, and when. */
export interface Filling {
  /** Every filling has its own: ids are made of it. */
  round: number;
  /** Seconds since 1970 of the first event. */
  second: number;
  /** Extensions of five digits; absent: those of the recording stay. */
  caller?: number;
  called?: number;
}

const PATTERN =
  /(?<=^Timestamp: )(?<second>\d{10})(?=\.)|(?<uniqueid>\b\d{10}\.\d{1,6}\b)|(?<=-)(?<channel>[0-9a-f]{8})\b(?![-.])|(?<bridge>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)|(?<caller>\b7?101\b)|(?<called>\b7?102\b)/gm;

const BRIDGE = '5c1e3c5e-0000-4000-8000-';

export class StreamTemplate {
  /** Where each event ends in a filling. */
  readonly ends: readonly number[];
  readonly #bytes: Buffer;
  readonly #places: readonly Place[];
  /** How many ids one filling takes. */
  readonly #ids: number;

  /**
   * @param blocks events without the empty line that ends each
   * @param extensions whether 101 and 102 become the caller and the called of the filling
   */
  constructor(blocks: readonly string[], extensions: boolean) {
    const text = blocks.map((block) => `${block}\r\n\r\n`).join('');
    const seen = new Map<string, number>();
    const indexOf = (value: string) => {
      const index = seen.get(value) ?? seen.size;
      seen.set(value, index);
      return index;
    };
    let first: number | undefined;
    const places: Place[] = [];
    const pieces: string[] = [];
    let from = 0;
    let length = 0;
    const add = (piece: string) => {
      pieces.push(piece);
      length += Buffer.byteLength(piece);
    };
    for (const match of text.matchAll(PATTERN)) {
      const { second, uniqueid, channel, bridge, caller } = match.groups ?? {};
      const put = (before: string, kind: Kind, width: number, index = 0) => {
        add(text.slice(from, match.index) + before);
        places.push({ at: length, kind, index });
        add('0'.repeat(width));
        from = match.index + match[0].length;
      };
      if (second !== undefined) {
        first ??= Number(second);
        put('', 'second', 10, Number(second) - first);
      } else if (uniqueid !== undefined) put('1700000000.', 'uniqueid', 10, indexOf(uniqueid));
      else if (channel !== undefined) put('', 'channel', 8, indexOf(channel));
      else if (bridge !== undefined) put(BRIDGE, 'bridge', 12, indexOf(bridge));
      else if (extensions) put('', caller === undefined ? 'called' : 'caller', 5);
    }
    add(text.slice(from));
    this.#bytes = Buffer.from(pieces.join(''));
    this.#places = places;
    this.#ids = seen.size;
    this.ends = endsOf(this.#bytes);
  }

  /** How many events one filling has. */
  get events(): number {
    return this.ends.length;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The text for one filling; a copy of its own. */
  fill(filling: Filling): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.#bytes.length);
    this.fillInto(bytes, 0, filling);
    return bytes;
  }

  /** Writes the text for one filling. @returns where it ends */
  fillInto(target: Buffer, start: number, { round, second, caller = 0, called = 0 }: Filling): number {
    this.#bytes.copy(target, start);
    const base = round * this.#ids;
    for (const { at, kind, index } of this.#places) {
      const to = start + at;
      if (kind === 'uniqueid') digits(target, to, 10, 10, base + index);
      else if (kind === 'channel') digits(target, to, 8, 16, base + index);
      else if (kind === 'bridge') digits(target, to, 12, 10, base + index);
      else if (kind === 'second') digits(target, to, 10, 10, second + index);
      else digits(target, to, 5, 10, kind === 'caller' ? caller : called);
    }
    return start + this.#bytes.length;
  }
}

function endsOf(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf('\r\n\r\n'); at >= 0; at = bytes.indexOf('\r\n\r\n', at + 4)) ends.push(at + 4);
  return ends;
}

function digits(bytes: Buffer, at: number, width: number, base: 10 | 16, value: number): void {
  let left = value;
  for (let i = at + width - 1; i >= at; i--) {
    const digit = left % base;
    bytes[i] = digit < 10 ? 48 + digit : 87 + digit;
    left = (left - digit) / base;
  }
}
