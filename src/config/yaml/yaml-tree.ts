import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseAllDocuments } from 'yaml';
import type { Problem } from '../config-problem.ts';
import { messageOfYamlError } from './error-messages.ts';
import { extensionExcerpt } from './extension-excerpt.ts';
import { overLimits, TOO_DEEP } from './limits.ts';
import { type LineAndColumn, lineAndColumnIn } from './line-column.ts';
import { readPlainYaml } from './plain-yaml.ts';

/** The content of config.yaml: plain objects, lists and texts, with the place of each. */
export interface YamlTree {
  /** Every scalar as its text in the file, without quotes; an empty scalar is `null`. */
  value: unknown;
  /** Whether a text in it may contain `${`. */
  mayHoldReferences: boolean;
  /** Whether a comment may follow a text so closely that it looks like a part of the text: `abc #def`. */
  mayHaveUnquotedHash: boolean;
  /** The rest of the line from the beginning of a value. */
  lineFrom(path: readonly PropertyKey[]): string;
  /** The place of a value; when it is missing, of the nearest map or list around it. */
  placeOf(path: readonly PropertyKey[]): LineAndColumn;
  /** The place of a key within the map at a path. */
  placeOfKey(path: readonly PropertyKey[], key: string): LineAndColumn;
}

/** More values than any configuration has; aliases of aliases that multiply end here. */
const MOST_NODES = 2_000_000;
const MOST_ALIASED_NODES = 10_000;

/** A `#` behind a value. A line that is only a comment does not match. */
const UNQUOTED_HASH = /[^\s#][ \t]+#\S/;

/** @returns the tree, or what is wrong with the YAML */
export function parseYaml(source: string): { tree: YamlTree } | { problems: Problem[] } {
  const problem = overLimits(source);
  if (problem !== undefined) return { problems: [problem] };
  try {
    const value = readPlainYaml(source, readByRealParser);
    return value === undefined ? parseAnyYaml(source) : { tree: plainTree(value, source) };
  } catch (error) {
    // Endlessly nested brackets: the stack has overflowed.
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ line: 1, column: 1, key: '', message: TOO_DEEP }] };
  }
}

/** The content of a text, as the real parser reads it; absent when it has an error. */
function readByRealParser(text: string): unknown {
  const parsed = parseAnyYaml(text);
  return 'tree' in parsed ? parsed.tree.value : undefined;
}

/** A tree that was read quickly: the places are found by the real parser, once one is asked for. */
function plainTree(value: unknown, source: string): YamlTree {
  const treeFor = treesWithPlaces(source);
  return {
    value,
    mayHoldReferences: source.includes('$'),
    mayHaveUnquotedHash: UNQUOTED_HASH.test(source),
    lineFrom: (path) => treeFor(path).lineFrom(path),
    placeOf: (path) => treeFor(path).placeOf(path),
    placeOfKey: (path, key) => treeFor([...path, key]).placeOfKey(path, key),
  };
}

/** Above this many entries the whole file is parsed, instead of one entry after another. */
const MOST_ENTRIES = 20;

/** Gives the tree that knows the place of a path: of its entry under `extensions` alone, or of the whole file. */
function treesWithPlaces(source: string): (path: readonly PropertyKey[]) => YamlTree {
  const entries = new Map<string, YamlTree>();
  let whole: YamlTree | undefined;
  return ([section, name]) => {
    if (whole === undefined && section === 'extensions' && name !== undefined && entries.size < MOST_ENTRIES) {
      const key = String(name);
      const found = entries.get(key) ?? treeOfEntry(source, key);
      if (found !== undefined) {
        entries.set(key, found);
        return found;
      }
    }
    if (whole === undefined) {
      const result = parseAnyYaml(source);
      if ('problems' in result) throw new Error('the two readers of YAML disagree');
      whole = result.tree;
    }
    return whole;
  };
}

/** Absent where the indentation does not show where the entry begins and ends. */
function treeOfEntry(source: string, key: string): YamlTree | undefined {
  const part = extensionExcerpt(source, key);
  if (part === undefined) return undefined;
  const parsed = parseAnyYaml(part.text);
  if ('problems' in parsed) return undefined;
  const { tree } = parsed;
  const inFile = ({ line, column }: LineAndColumn) => ({
    line: line - part.headLines + part.firstLine,
    column,
  });
  return {
    ...tree,
    placeOf: (path) => inFile(tree.placeOf(path)),
    placeOfKey: (path, name) => inFile(tree.placeOfKey(path, name)),
  };
}

/** As {@link parseYaml}, by the real parser at once. */
export function parseAnyYaml(source: string): { tree: YamlTree } | { problems: Problem[] } {
  const documents = parseAllDocuments(source, { prettyErrors: false, uniqueKeys: sameKey });
  const place = lineAndColumnIn(source);
  const problem = (offset: number, message: string): Problem => ({ ...place(offset), key: '', message });
  if (!Array.isArray(documents) || documents.length === 0) return { problems: [problem(0, 'the file is empty')] };
  const [document, second] = documents as Document.Parsed[];
  if (document === undefined) return { problems: [problem(0, 'the file is empty')] };
  // A warning is about a tag (`!text`): it would be lost.
  const errors = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (errors.length > 0) {
    const inOrder = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
    const found = inOrder.map((error) => problem(error.pos[0], messageOfYamlError(error, source)));
    const isFirst = (one: Problem, index: number) =>
      found.findIndex(
        ({ line, column, message }) =>
          (line === one.line && column === one.column) || (one.line - line <= 1 && message === one.message),
      ) === index;
    return { problems: found.filter(isFirst) };
  }
  if (second !== undefined)
    return {
      problems: [problem(second.range?.[0] ?? 0, 'a second document begins here ("---"); put everything into one')],
    };
  if (document.contents === null) return { problems: [problem(0, 'the file is empty')] };

  const problems: Problem[] = [];
  const count = { nodes: 0, aliased: 0 };
  const value = plain(document.contents, document, count, 0, (node, message) =>
    problems.push(problem(node.range?.[0] ?? 0, message)),
  );
  if (problems.length > 0) return { problems };
  const at = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = nodeAt(document, path.slice(0, length));
      if (node?.range) return node.range[0];
    }
    return 0;
  };
  return {
    tree: {
      value,
      mayHoldReferences: true,
      mayHaveUnquotedHash: UNQUOTED_HASH.test(source),
      lineFrom: (path) => /.*/y.exec(source.slice(at(path)))?.[0] ?? '',
      placeOf: (path) => place(at(path)),
      placeOfKey: (path, key) => {
        const map = nodeAt(document, path);
        const pair = isMap(map) ? map.items.find((item) => keyOf(item) === key) : undefined;
        const keyNode = pair?.key as Node | undefined;
        return place(keyNode?.range?.[0] ?? at(path));
      },
    },
  };
}

/** `101` and `0101` are two keys, although YAML reads both as one number. */
function sameKey(a: Node, b: Node): boolean {
  return isScalar(a) && isScalar(b) && (a.source ?? String(a.value)) === (b.source ?? String(b.value));
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value ?? '')) : '';
}

function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) node = node.items.find((item) => keyOf(item) === String(key))?.value;
    else if (isSeq(node)) node = node.items[Number(key)];
    else return undefined;
  }
  return (node ?? undefined) as Node | undefined;
}

function plain(
  node: unknown,
  document: Document,
  count: { nodes: number; aliased: number },
  depthOfAlias: number,
  fail: (node: Node, message: string) => void,
): unknown {
  count.nodes++;
  if (depthOfAlias > 0) count.aliased++;
  if (count.nodes > MOST_NODES || count.aliased > MOST_ALIASED_NODES) {
    if (count.nodes !== Infinity) fail(node as Node, 'aliases (*name) multiply to far too many values; write them out');
    count.nodes = Infinity;
    return null;
  }
  const go = (child: unknown, deeper = 0) => plain(child, document, count, depthOfAlias + deeper, fail);
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (target === undefined) {
      fail(node, 'a text that begins with "*" needs quotes: without them it is an alias for YAML');
      return null;
    }
    if (depthOfAlias > 20) {
      fail(node, 'aliases (*name) stand within each other too deeply; write them out');
      return null;
    }
    return go(target, 1);
  }
  if (isMap(node)) {
    const result: Record<string, unknown> = Object.create(null);
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) {
        fail(node, 'a key must be a plain text');
        continue;
      }
      result[keyOf(pair)] = go(pair.value);
    }
    return { ...result };
  }
  if (isSeq(node)) return node.items.map((item) => go(item));
  if (isScalar(node))
    return node.value === null && !node.source ? null : scalarText(node.source, node.value, node.type);
  return null;
}

function scalarText(source: string | undefined, value: unknown, type: string | undefined): string | null {
  if (value === null && (source === undefined || /^(~|null|)$/i.test(source)) && type === 'PLAIN') return null;
  return source ?? String(value);
}
