const LF = 10;
const CR = 13;
/** One bit of each byte of a word: its highest. */
const HIGH_BITS = 0x80808080 | 0;
/** In each byte of a word, the number behind LF. */
const BEHIND_LF = 0x0b0b0b0b;

/**
 * Finds where lines end in a buffer of its own, four bytes at a time: a stream of AMI has a line end every twenty
 * bytes, and to look at each byte takes twice as long. The first byte of a word has to be its lowest, as on all
 * machines that the packages are for.
 */
export class LineFinder {
  readonly bytes: Buffer;
  /** The same memory. */
  readonly #words: Int32Array;

  /** @param size how many bytes there is room for */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(size / 4) * 4);
    this.#words = new Int32Array(this.bytes.buffer);
  }

  /** Where the first LF is, from `from` up to (not including) `end`; -1 when there is none. */
  lineEnd(from: number, end: number): number {
    const words = this.#words;
    const last = (end - 1) >> 2;
    let at = from;
    while (at < end) {
      let word = at >> 2;
      // What is before `at` in its word counts as 255, which is no line end.
      let four = (words[word] as number) | ((1 << ((at & 3) << 3)) - 1);
      let found = upToLf(four);
      while (found === 0 && word < last) {
        word++;
        four = words[word] as number;
        found = upToLf(four);
      }
      if (found === 0) return -1;
      at = (word << 2) + (trailingZeros(found) >> 3);
      if (this.bytes[at] === LF) return at < end ? at : -1;
      // A tab, or another control character.
      at++;
    }
    return -1;
  }

  /**
   * Where the LF is that ends the first empty line, from `from` up to (not including) `end`; -1 when there is none. The
   * line before it has to end there too.
   */
  emptyLineEnd(from: number, end: number): number {
    const { bytes } = this;
    let at = this.lineEnd(from, end);
    while (at >= 0) {
      const next = at + 1;
      at = this.lineEnd(next, end);
      if (at === next || (at === next + 1 && bytes[next] === CR)) return at;
    }
    return -1;
  }
}

/**
 * Not 0 when one of the four bytes is LF or a lesser one: then the lowest bit that is set is the highest one of the
 * first of these. Source: "Determine if a word has a byte less than n",
 * https://graphics.stanford.edu/~seander/bithacks.html
 */
function upToLf(four: number): number {
  return (four - BEHIND_LF) & ~four & HIGH_BITS;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
