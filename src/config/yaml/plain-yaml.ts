/**
 * Reads the YAML that nearly every config.yaml is made of: maps and lists in blocks, scalars on one line (plain, or
 * quoted without escapes), flat `[a, b]` and `{a: b}`, comments. A value that is written in another way (`{ a: [b] }`,
 * texts of some lines, escapes) is read by the real parser, and nothing else is. That parser takes two seconds and 300
 * MB for ten thousand extensions, for it keeps the place of every value; places are needed only for error messages.
 */

/**
 * Lines in which a character stands that needs the real parser: tabs, CR, a byte order mark, other control characters.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_PLAIN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/;

const KEY = `("[^"\\\\\\n]*"|'[^'\\n]*'|[A-Za-z0-9_][A-Za-z0-9_.*+-]*)`;
/** 1: indentation, 2: the beginning of a list's item, 3: a key, 4: what follows. */
const LINE = new RegExp(`^( *)(- +)?(?:${KEY}:(?: +|$))?(.*)$`);
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*| *)$/;
/** Neither `: ` nor ` #` nor a `:` at its end. */
const PLAIN = /^([A-Za-z0-9_/+$.](?:[^:# ]|:(?! |$)|(?<! )#| +(?![ #]))*?)(?: +#.*| *)$/;
const FLOW = /^(?:\[([^[\]{}]*)\]|\{([^[\]{}]*)\})(?: +#.*| *)$/;
const FLOW_ITEM = new RegExp(
  ` *(?:${KEY}: +)?(?:"([^"\\\\]*)"|'([^']*)'|([A-Za-z0-9_/+$.](?:[^:#, "'{}[\\]]|:(?=[^ ,]))*)) *(?:,|$)`,
  'y',
);
const MOST_LINES = 1_000_000;

interface Line {
  indent: number;
  /** Where the content of the item begins; absent when this is no item of a list. */
  item: number | undefined;
  key: string | undefined;
  rest: string;
}

/** Reads a text by the real parser; `undefined`: something is wrong with it. */
export type RealParser = (text: string) => unknown;

/**
 * Values that depend on other lines: anchors (`&name`), aliases (`*name`), and texts that keep the empty lines behind
 * them (`|+`).
 */
const NOT_BY_ITSELF = /[\s[{,][&*]\S|[|>][1-9]?\+/;

/** Thrown within this file: a line is not plain; the real parser may read the value that the line belongs to. */
const NOT_FOR_US = new Error('not plain');
/** Thrown within this file: the real parser shall read the whole file. */
const NOT_IN_PARTS = new Error('not in parts');

/**
 * @param realParser for the values that are not plain
 * @returns what stands in the file, every scalar as its source text; `undefined`: the real parser shall read all of it
 */
export function readPlainYaml(source: string, realParser: RealParser): unknown {
  if (NOT_PLAIN.test(source)) return undefined;
  try {
    const reader = new BlockReader(source, realParser);
    const value = reader.block(0);
    return reader.isAtEnd && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error === NOT_FOR_US || error === NOT_IN_PARTS) return undefined;
    throw error;
  }
}

/** Absent for an empty line or a comment. */
function lineOf(text: string): Line | undefined {
  const match = LINE.exec(text);
  if (match === null) throw NOT_FOR_US;
  const [, blanks = '', dash, key, rest = ''] = match;
  if (dash === undefined && key === undefined && (rest === '' || rest.startsWith('#'))) return undefined;
  const indent = blanks.length;
  return { indent, item: dash === undefined ? undefined : indent + dash.length, key: key && unquoted(key), rest };
}

const unquoted = (key: string) => (/^["']/.test(key) ? key.slice(1, -1) : key);

/** A copy of a text: V8 makes a part of a text a view of it, which would keep the whole file in memory. */
const own = (text: string) => Buffer.from(text).toString();

class BlockReader {
  readonly #source: string;
  readonly #realParser: RealParser;
  /**
   * Blocks by their text: ten thousand extensions mostly have the same few. A block that is there
   * again is the same object, so that the next stage need not compare it.
   */
  readonly #blocks = new Map<string, unknown>();
  /** The next line that is neither empty nor a comment; absent at the end. */
  #line: Line | undefined;
  #lineStart = 0;
  #lineEnd = -1;
  #read = 0;

  constructor(source: string, realParser: RealParser) {
    this.#source = source;
    this.#realParser = realParser;
    this.#next();
  }

  get isAtEnd(): boolean {
    return this.#line === undefined;
  }

  #next(): Line | undefined {
    this.#line = undefined;
    while (this.#line === undefined && this.#lineEnd < this.#source.length) {
      this.#lineStart = this.#lineEnd + 1;
      const end = this.#source.indexOf('\n', this.#lineStart);
      this.#lineEnd = end < 0 ? this.#source.length : end;
      this.#line = lineOf(this.#source.slice(this.#lineStart, this.#lineEnd));
    }
    if (++this.#read > MOST_LINES) throw NOT_FOR_US;
    return this.#line;
  }

  /** The map or list whose lines begin at this column. */
  block(indent: number): unknown {
    const line = this.#line;
    if (line?.indent !== indent) throw NOT_FOR_US;
    return line.item === undefined ? this.#map(indent, line) : this.#list(indent);
  }

  #list(indent: number): unknown[] {
    const list: unknown[] = [];
    for (let line = this.#line; line?.indent === indent && line.item !== undefined; line = this.#line) {
      // What follows the dash is a block of its own, at its column.
      if (line.key === undefined) list.push(this.#scalar(line.rest, indent));
      else list.push(this.#map(line.item, { ...line, indent: line.item, item: undefined }));
    }
    return list;
  }

  /** @param first its first line, which may stand behind a dash */
  #map(indent: number, first: Line): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let line: Line | undefined = first; line?.indent === indent; line = this.#line) {
      const { key, rest } = line;
      if (line.item !== undefined) break;
      if (key === undefined || key === '__proto__' || Object.hasOwn(map, key)) throw NOT_FOR_US;
      map[key] = this.#value(indent, key, rest);
    }
    return map;
  }

  /** The value of a key of the map at this column. */
  #value(indent: number, key: string, rest: string): unknown {
    const start = this.#lineStart;
    try {
      return rest === '' || rest.startsWith('#') ? this.#nested(indent) : this.#scalar(rest, indent);
    } catch (error) {
      if (error !== NOT_FOR_US) throw error;
      return this.#byRealParser(start, indent, key);
    }
  }

  /**
   * The value of the key that stands in the line from `start` on, at a column; whatever stands before it there is a
   * dash.
   */
  #byRealParser(start: number, indent: number, key: string): unknown {
    const end = endOfValue(this.#source, start, indent);
    // With the line end: without it the parser takes an open quote (`"a\"`) for closed.
    const text = ' '.repeat(indent) + this.#source.slice(start + indent, end + 1);
    if (NOT_BY_ITSELF.test(text)) throw NOT_IN_PARTS;
    const map = this.#realParser(text);
    if (typeof map !== 'object' || map === null) throw NOT_IN_PARTS;
    const [only, ...others] = Object.entries(map);
    if (only?.[0] !== key || others.length > 0) throw NOT_IN_PARTS;
    this.#lineEnd = end;
    this.#next();
    return only[1];
  }

  /** The value below a key: deeper lines, or a list at the same column. */
  #nested(indent: number): unknown {
    const next = this.#next();
    if (next === undefined) return null;
    if (next.indent > indent) return indent === 0 ? this.block(next.indent) : this.#alike(indent, next.indent);
    return next.indent === indent && next.item !== undefined ? this.#list(indent) : null;
  }

  /** The value in the lines that are deeper than `above`; parsed only once for the same text. */
  #alike(above: number, indent: number): unknown {
    const end = endOfBlock(this.#source, this.#lineStart, above);
    const text = this.#source.slice(this.#lineStart, end);
    const known = this.#blocks.get(text);
    if (known !== undefined) {
      this.#lineEnd = end;
      this.#next();
      return known;
    }
    const value = this.block(indent);
    this.#blocks.set(text, value);
    return value;
  }

  #scalar(text: string, indent: number): unknown {
    const next = this.#next();
    // A deeper line would continue this scalar.
    if (next !== undefined && next.indent > indent) throw NOT_FOR_US;
    const plain = PLAIN.exec(text)?.[1];
    if (plain !== undefined) return /^null$/i.test(plain) ? wrong() : own(plain);
    const quoted = QUOTED.exec(text);
    if (quoted !== null) return own(quoted[1] ?? quoted[2] ?? '');
    const [, list, map] = FLOW.exec(text) ?? wrong();
    return list === undefined
      ? Object.fromEntries(flowItems(map ?? '', true))
      : flowItems(list, false).map(([, item]) => item);
  }
}

/**
 * Where the last line ends that is deeper than `above`, before one that is not. Empty lines do not count, nor do
 * comments that are not deeper; deeper ones may be lines of a text.
 * @param isListBelow whether a list at the column `above` belongs to it as well
 */
function endOfBlock(source: string, from: number, above: number, isListBelow = false): number {
  let end = from;
  for (let start = from; start < source.length; ) {
    const found = source.indexOf('\n', start);
    const lineEnd = found < 0 ? source.length : found;
    let at = start;
    while (source[at] === ' ') at++;
    if (at < lineEnd) {
      const isInside =
        at - start > above ||
        (isListBelow && at - start === above && /^-(?: |$)/.test(source.slice(at, at + 2).trimEnd()));
      if (isInside) end = lineEnd;
      else if (source[at] !== '#') return end;
    }
    start = lineEnd + 1;
  }
  return end;
}

/** Where the value ends whose key stands in the line from `start` on. */
function endOfValue(source: string, start: number, indent: number): number {
  const lineEnd = source.indexOf('\n', start);
  if (lineEnd < 0) return source.length;
  const end = endOfBlock(source, lineEnd + 1, indent, true);
  return end === lineEnd + 1 ? lineEnd : end;
}

function flowItems(text: string, withKeys: boolean): [key: string, item: string][] {
  const items: [string, string][] = [];
  const names = new Set<string>();
  FLOW_ITEM.lastIndex = 0;
  while (FLOW_ITEM.lastIndex < text.length) {
    const match = FLOW_ITEM.exec(text) ?? wrong();
    const [, given, double, single, plain] = match;
    const key = given === undefined ? '' : unquoted(given);
    if ((given !== undefined) !== withKeys || key === '__proto__') wrong();
    if (withKeys && names.size === names.add(key).size) wrong();
    if (plain !== undefined && /^null$/i.test(plain)) wrong();
    items.push([key, own(double ?? single ?? plain ?? '')]);
  }
  return items;
}

function wrong(): never {
  throw NOT_FOR_US;
}
