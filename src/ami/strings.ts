/** How many strings are remembered; a power of two. */
const REMEMBERED = 2048;
const LONGEST_REMEMBERED = 40;
/** What tells ids and names apart stands at their end. */
const HASHED = 8;

/**
 * Bytes → strings. AMI says the same short values again and again (a channel's name in each of its events, `<unknown>`,
 * `default`), so the last ones are given out again: that is quicker than to make them anew, and leaves less to collect.
 */
export class Strings {
  /** The bytes, each a character; and the text that they are. */
  readonly #bytes: string[] = new Array<string>(REMEMBERED).fill('');
  readonly #texts: string[] = new Array<string>(REMEMBERED).fill('');

  /** The bytes from `start` up to `end` as UTF-8, faulty bytes replaced. Never part of a longer string. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return '';
    if (length > LONGEST_REMEMBERED) return bytes.toString(isAscii(bytes, start, end) ? 'latin1' : 'utf8', start, end);
    let hash = length;
    for (let i = length > HASHED ? end - HASHED : start; i < end; i++)
      hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 11)) & (REMEMBERED - 1);
    const known = this.#bytes[slot] as string;
    if (known.length === length && isSame(bytes, start, known)) return this.#texts[slot] as string;
    const latin1 = bytes.toString('latin1', start, end);
    const text = isAscii(bytes, start, end) ? latin1 : bytes.toString('utf8', start, end);
    this.#bytes[slot] = latin1;
    this.#texts[slot] = text;
    return text;
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i] as number;
  return all <= 0x7f;
}

function isSame(bytes: Buffer, start: number, known: string): boolean {
  for (let i = 0; i < known.length; i++) if (bytes[start + i] !== known.charCodeAt(i)) return false;
  return true;
}
