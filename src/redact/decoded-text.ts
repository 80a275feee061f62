/** A text after some decoding, with the way back. */
export interface DecodedText {
  text: string;
  /** The offset in the original text of the character that begins here in the decoded text. */
  startOf(at: number): number;
  /** The offset in the original text of the end of the character that ends here in the decoded text. */
  endOf(at: number): number;
}

/** The characters that an escape stands for, and the length of the escape. */
type Decoded = readonly [characters: string, length: number];

interface Decoder {
  /** A text without this character has no such escape. */
  sign: string;
  /** Matches one escape, or several in a row. */
  pattern: RegExp;
  decode(escaped: string): readonly Decoded[];
}

const JSON_LETTERS: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** `\"`, `\/` and `\u0022` of JSON; also of JSON within a text of JSON. */
const JSON_ESCAPES: Decoder = {
  sign: '\\',
  pattern: /\\(?:u[0-9a-f]{4}|["\\/bfnrt])/gi,
  decode(escaped) {
    const letter = escaped[1] ?? '';
    const character =
      letter === 'u' ? String.fromCharCode(Number.parseInt(escaped.slice(2), 16)) : (JSON_LETTERS[letter] ?? letter);
    return [[character, escaped.length]];
  },
};

/** `%C3%A4` of URLs and forms, in upper and lower case, of any character. */
const PERCENT: Decoder = {
  sign: '%',
  pattern: /(?:%[0-9a-f]{2})+/gi,
  decode(escaped) {
    if (escaped.length === 3) return [[String.fromCharCode(Number.parseInt(escaped.slice(1), 16)), 3]];
    const bytes = Buffer.from(escaped.replaceAll('%', ''), 'hex');
    const found: Decoded[] = [];
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at] ?? 0;
      const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
      found.push([bytes.subarray(at, at + size).toString('utf8'), Math.min(size, bytes.length - at) * 3]);
      at += size;
    }
    return found;
  },
};

const ENTITY_NAMES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** `&amp;` and `&#39;` of a page that shows what it was sent. */
const ENTITIES: Decoder = {
  sign: '&',
  pattern: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});/gi,
  decode(escaped) {
    const name = escaped.slice(1, -1).toLowerCase();
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    const character = ENTITY_NAMES[name] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : escaped);
    return [[character, escaped.length]];
  },
};

const DECODERS = [JSON_ESCAPES, PERCENT, ENTITIES];

/** This many nested encodings are decoded: a URL in a form in JSON has three. */
const MOST_ROUNDS = 4;

/**
 * The text itself, then the text with one encoding after another decoded: JSON, percent-encoding, HTML.
 */
export function* decodings(text: string): Generator<DecodedText> {
  let current: DecodedText = { text, startOf: (at) => at, endOf: (at) => at };
  yield current;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isChanged = false;
    for (const decoder of DECODERS) {
      if (!current.text.includes(decoder.sign)) continue;
      const decoded = decodeWith(decoder, current);
      if (decoded === undefined) continue;
      isChanged = true;
      current = decoded;
      yield current;
    }
    if (!isChanged) return;
  }
}

/** A stretch of the decoded text: copied, or decoded from one escape. */
interface Piece {
  at: number;
  end: number;
  source: number;
  sourceEnd: number;
}

function decodeWith({ pattern, decode }: Decoder, before: DecodedText): DecodedText | undefined {
  const { text } = before;
  const pieces: Piece[] = [];
  let decoded = '';
  let source = 0;
  const add = (characters: string, length: number) => {
    if (length === 0) return;
    const at = decoded.length;
    decoded += characters;
    pieces.push({ at, end: decoded.length, source, sourceEnd: source + length });
    source += length;
  };
  const keepUntil = (end: number) => add(text.slice(source, end), end - source);
  for (const { 0: escaped, index } of text.matchAll(pattern)) {
    keepUntil(index);
    for (const [characters, length] of decode(escaped)) add(characters, length);
  }
  if (pieces.length === 0) return undefined;
  keepUntil(text.length);
  const isAsItWas = ({ at, end, source, sourceEnd }: Piece) => end - at === sourceEnd - source;
  return {
    text: decoded,
    startOf(at) {
      const piece = pieces.find(({ end }) => at < end);
      if (piece === undefined) return before.startOf(text.length);
      return before.startOf(isAsItWas(piece) ? piece.source + at - piece.at : piece.source);
    },
    endOf(at) {
      const piece = pieces.find(({ end }) => at <= end);
      if (piece === undefined) return before.endOf(text.length);
      return before.endOf(isAsItWas(piece) ? piece.source + at - piece.at : piece.sourceEnd);
    },
  };
}
