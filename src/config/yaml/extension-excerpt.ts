/**
 * The part of config.yaml that one extension is written in: the line `extensions:` and the lines of that entry. It is
 * read as YAML by itself, which takes no time where the whole of ten thousand extensions takes seconds.
 */
export interface ExtensionExcerpt {
  text: string;
  /** The number of the entry's first line in the whole text; from 0. */
  firstLine: number;
  /** How many lines `extensions:` has in this part. */
  headLines: number;
  /**
   * The whole text, with another text in the place of the part.
   * @returns absent where the line `extensions:` has changed
   */
  putBack(changed: string): string | undefined;
}

/** The offsets of the entries, found by their indentation. */
export interface EntryIndex {
  headStart: number;
  headEnd: number;
  /** In the order of the file. */
  entries: ReadonlyMap<string, { start: number; end: number }>;
}

const HEAD = /^(?:extensions|"extensions"|'extensions')[ \t]*:[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/gm;
const KEY = /(?:"([^"\\\n]*)"|'((?:[^'\n]|'')*)'|([A-Za-z0-9_+.*][^\s:#"'&*!|>%@`{}[\],]*))[ \t]*:(?=[ \t\r\n]|$)/y;

/**
 * Finds the entries by their indentation, which says all where `extensions` is a map in lines: whatever goes on with a
 * value is indented further than its key.
 * @returns absent where `extensions` is written in another way; the real parser has to read it then
 */
export function indexEntries(source: string): EntryIndex | undefined {
  const heads = [...source.matchAll(HEAD)];
  const [head] = heads;
  if (head === undefined || heads.length > 1 || /^(?:---|\.\.\.|%)/m.test(source)) return undefined;
  const headEnd = head.index + head[0].length;
  const entries = new Map<string, { start: number; end: number }>();
  let column: number | undefined;
  let open: { start: number; end: number } | undefined;
  let end = source.length;
  for (let start = headEnd; start < source.length; ) {
    let at = start;
    while (source.charCodeAt(at) === 0x20) at++;
    const found = source.indexOf('\n', at);
    const next = found < 0 ? source.length : found + 1;
    const code = source.charCodeAt(at);
    const isContent = at < source.length && code !== 0x0a && code !== 0x0d && code !== 0x23;
    if (isContent) {
      if (code === 0x09) return undefined;
      const indent = at - start;
      if (indent === 0) {
        end = start;
        break;
      }
      column ??= indent;
      if (indent < column) return undefined;
      if (indent === column) {
        KEY.lastIndex = at;
        const match = KEY.exec(source);
        if (match === null) return undefined;
        if (open !== undefined) open.end = start;
        const key = match[1] ?? match[2]?.replaceAll("''", "'") ?? match[3] ?? '';
        if (entries.has(key)) return undefined;
        open = { start, end: source.length };
        entries.set(key, open);
      }
    }
    start = next;
  }
  if (open === undefined) return undefined;
  open.end = end;
  return { headStart: head.index, headEnd, entries };
}

/** @returns absent where the entry is not there, or the text is written in another way */
export function extensionExcerpt(source: string, key: string): ExtensionExcerpt | undefined {
  const index = indexEntries(source);
  const entry = index?.entries.get(key);
  if (index === undefined || entry === undefined) return undefined;
  const head = source.slice(index.headStart, index.headEnd);
  return {
    text: head + source.slice(entry.start, entry.end),
    firstLine: source.slice(0, entry.start).split('\n').length - 1,
    headLines: head.split('\n').length - 1,
    putBack: (changed) =>
      changed.startsWith(head)
        ? source.slice(0, entry.start) + changed.slice(head.length) + source.slice(entry.end)
        : undefined,
  };
}
