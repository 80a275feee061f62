/** How many strings are remembered; a power of two. */
const REMEMBERED = 2048;
const LONGEST_REMEMBERED = 40;
/** Ids and names differ at their end. */
const HASHED = 8;

/**
 * Bytes → strings. AMI sends the same short values again and again (a channel's name in each of its events,
 * `<unknown>`, `default`), so the last ones are given out again: that is quicker than to make them anew, and leaves
 * less to collect.
 */
export class StringCache {
  /** Of each remembered string its bytes, how many they are, and the text that they are. */
  readonly #bytes = new Uint8Array(REMEMBERED * LONGEST_REMEMBERED);
  readonly #lengths = new Uint8Array(REMEMBERED);
  readonly #texts: string[] = new Array<string>(REMEMBERED).fill('');

  /** The bytes from `start` up to `end` as UTF-8, faulty bytes replaced. Never part of a longer string. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return '';
    if (length > LONGEST_REMEMBERED) return decode(bytes, start, end);
    let hash = length;
    for (let i = length > HASHED ? end - HASHED : start; i < end; i++)
      hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 11)) & (REMEMBERED - 1);
    const at = slot * LONGEST_REMEMBERED;
    if (this.#lengths[slot] === length && this.#matches(at, bytes, start, length)) return this.#texts[slot] as string;
    const text = decode(bytes, start, end);
    for (let i = 0; i < length; i++) this.#bytes[at + i] = bytes[start + i] as number;
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }

  #matches(at: number, bytes: Buffer, start: number, length: number): boolean {
    const kept = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== kept[at + i]) return false;
    return true;
  }
}

function decode(bytes: Buffer, start: number, end: number): string {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i] as number;
  return bytes.toString(all <= 0x7f ? 'latin1' : 'utf8', start, end);
}
