/**
 * Reads the YAML that nearly every config.yaml is made of, and leaves all else to the real parser: maps and lists in
 * blocks, scalars on one line (plain, or quoted without escapes), flat `[a, b]` and `{a: b}`, comments. The parser takes
 * two seconds and 300 MB for ten thousand extensions, for it keeps the place of everything; places are asked for only
 * when something is wrong.
 */

/** Lines in which a character stands that needs the real parser: tabs, CR, a byte order mark, other control characters. */
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

/** Thrown within this file: the real parser shall read it. */
const NOT_FOR_US = new Error('not plain');

/** @returns what stands in the file, every scalar as its source text; `undefined`: the real parser shall read it */
export function readPlainYaml(source: string): unknown {
  if (NOT_PLAIN.test(source)) return undefined;
  try {
    const lines = linesOf(source);
    const reader = new BlockReader(lines);
    const value = reader.block(0);
    return reader.isAtEnd && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error === NOT_FOR_US) return undefined;
    throw error;
  }
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  for (const text of source.split('\n')) {
    const match = LINE.exec(text);
    if (match === null) throw NOT_FOR_US;
    const [, blanks = '', dash, key, rest = ''] = match;
    if (dash === undefined && key === undefined && (rest === '' || rest.startsWith('#'))) continue;
    const indent = blanks.length;
    lines.push({
      indent,
      item: dash === undefined ? undefined : indent + dash.length,
      key: key && unquoted(key),
      rest,
    });
  }
  if (lines.length === 0 || lines.length > MOST_LINES) throw NOT_FOR_US;
  return lines;
}

const unquoted = (key: string) => (/^["']/.test(key) ? key.slice(1, -1) : key);

class BlockReader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#lines.length;
  }

  /** The map or list whose lines begin at this column. */
  block(indent: number): unknown {
    const line = this.#lines[this.#at];
    if (line?.indent !== indent) throw NOT_FOR_US;
    return line.item === undefined ? this.#map(indent, line) : this.#list(indent);
  }

  #list(indent: number): unknown[] {
    const list: unknown[] = [];
    for (
      let line = this.#lines[this.#at];
      line?.indent === indent && line.item !== undefined;
      line = this.#lines[this.#at]
    ) {
      // What follows the dash is a block of its own, at its column.
      if (line.key === undefined) list.push(this.#scalar(line.rest, indent));
      else list.push(this.#map(line.item, { ...line, indent: line.item, item: undefined }));
    }
    return list;
  }

  /** @param first its first line, which may stand behind a dash */
  #map(indent: number, first: Line): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let line: Line | undefined = first; line?.indent === indent; line = this.#lines[this.#at]) {
      const { key, rest } = line;
      if (line.item !== undefined) break;
      if (key === undefined || key === '__proto__' || Object.hasOwn(map, key)) throw NOT_FOR_US;
      map[key] = rest === '' || rest.startsWith('#') ? this.#nested(indent) : this.#scalar(rest, indent);
    }
    return map;
  }

  /** What stands below a key: deeper lines, or a list at the same column. */
  #nested(indent: number): unknown {
    const next = this.#lines[++this.#at];
    if (next === undefined) return null;
    if (next.indent > indent) return this.block(next.indent);
    return next.indent === indent && next.item !== undefined ? this.#list(indent) : null;
  }

  #scalar(text: string, indent: number): unknown {
    const next = this.#lines[++this.#at];
    // A deeper line would go on with this scalar.
    if (next !== undefined && next.indent > indent) throw NOT_FOR_US;
    const plain = PLAIN.exec(text)?.[1];
    if (plain !== undefined) return /^null$/i.test(plain) ? wrong() : plain;
    const quoted = QUOTED.exec(text);
    if (quoted !== null) return quoted[1] ?? quoted[2];
    const [, list, map] = FLOW.exec(text) ?? wrong();
    return list === undefined
      ? Object.fromEntries(flowItems(map ?? '', true))
      : flowItems(list, false).map(([, item]) => item);
  }
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
    items.push([key, double ?? single ?? plain ?? '']);
  }
  return items;
}

function wrong(): never {
  throw NOT_FOR_US;
}
