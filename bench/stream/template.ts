import { findPlaces, type Kind } from './places.ts';

/**
 * Recorded AMI text that can be played again and again with other calls in it: what names a channel, a call, a bridge,
 * a second or an extension is written anew in place, with a fixed width, so that making a stream costs next to nothing.
 */

/** A place where a number is written anew, as digits of a fixed width. */
interface Place {
  at: number;
  kind: Kind;
  digits: number;
  base: 10 | 16;
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
    const ids = new Map<string, number>();
    const idOf = (value: string) => {
      const id = ids.get(value) ?? ids.size;
      ids.set(value, id);
      return id;
    };
    const found = findPlaces(text).filter(({ form }) => extensions || !isExtension(form.kind));
    const firstSecond = Number(found.find(({ form }) => form.kind === 'second')?.value);
    const indexOf = (kind: Kind, value: string) => {
      if (kind === 'second') return Number(value) - firstSecond;
      return isExtension(kind) ? 0 : idOf(value);
    };

    const places: Place[] = [];
    const pieces: Buffer[] = [];
    let length = 0;
    const add = (piece: string) => {
      const bytes = Buffer.from(piece);
      pieces.push(bytes);
      length += bytes.length;
    };
    let end = 0;
    for (const { form, value, ...place } of found) {
      const { kind, prefix, digits, base } = form;
      add(text.slice(end, place.start) + prefix);
      places.push({ at: length, kind, digits, base, index: indexOf(kind, value) });
      add('0'.repeat(digits));
      end = place.end;
    }
    add(text.slice(end));
    this.#bytes = Buffer.concat(pieces);
    this.#places = places;
    this.#ids = ids.size;
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
    const firstId = round * this.#ids;
    for (const { at, kind, digits, base, index } of this.#places) {
      let value = firstId + index;
      if (kind === 'second') value = second + index;
      else if (kind === 'caller') value = caller;
      else if (kind === 'called') value = called;
      writeDigits(target, start + at, digits, base, value);
    }
    return start + this.#bytes.length;
  }
}

const isExtension = (kind: Kind) => kind === 'caller' || kind === 'called';

function endsOf(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf('\r\n\r\n'); at >= 0; at = bytes.indexOf('\r\n\r\n', at + 4)) ends.push(at + 4);
  return ends;
}

function writeDigits(bytes: Buffer, at: number, width: number, base: 10 | 16, value: number): void {
  let left = value;
  for (let i = at + width - 1; i >= at; i--) {
    const digit = left % base;
    bytes[i] = digit < 10 ? 48 + digit : 87 + digit;
    left = (left - digit) / base;
  }
}
