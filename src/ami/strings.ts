/** How many strings are remembered; a power of two. */
const REMEMBERED = 2048;
const LONGEST_REMEMBERED = 40;

/**
 * Bytes → strings. AMI says the same short values again and again (a channel's name in each of its events, `<unknown>`,
 * `default`), so the last ones are given out again: that is quicker than to make them anew, and leaves less to collect.
 */
export class Strings {
  readonly #known: (string | undefined)[] = new Array<string | undefined>(REMEMBERED).fill(undefined);

  /** The bytes from `start` up to `end` as UTF-8, faulty bytes replaced. Never part of a longer string. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return '';
    let hash = length;
    let all = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      all |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (all > 0x7f) return bytes.toString('utf8', start, end);
    if (length > LONGEST_REMEMBERED) return bytes.toString('latin1', start, end);
    const slot = (hash ^ (hash >>> 11)) & (REMEMBERED - 1);
    const known = this.#known[slot];
    if (known !== undefined && known.length === length && isSame(bytes, start, known)) return known;
    const text = bytes.toString('latin1', start, end);
    this.#known[slot] = text;
    return text;
  }
}

function isSame(bytes: Buffer, start: number, known: string): boolean {
  for (let i = 0; i < known.length; i++) if (bytes[start + i] !== known.charCodeAt(i)) return false;
  return true;
}
