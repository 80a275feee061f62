import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
  Scalar,
} from 'yaml';
import { EditRefused, writtenOddly } from '../edit-refused.ts';
import { lineEnd, lineStart, nextLine } from './text-patches.ts';

/*
 * Where the nodes of a YAML text begin and end, so that they can be cut out and inserted. The parser's own ends are too
 * far: a block list or map reaches to the beginning of the next node, over blank lines and comments.
 */

export type Path = readonly (string | number)[];

/** A token of the text, as the parser keeps it. */
interface Token {
  type: string;
  offset: number;
  source: string;
  indent?: number;
  items?: { start: Token[]; key?: unknown; sep?: Token[]; value?: unknown }[];
}

/** The offsets of a part of the text. */
export interface Span {
  start: number;
  end: number;
}

/** A key with its value. */
export interface PlacedPair {
  key: string;
  /** Where the key begins, with its anchor. */
  start: number;
  /** The offset behind its colon; absent where there is none. */
  afterColon: number | undefined;
  value: Node | undefined;
  /** The offset behind the last character of the value, or of the key where there is no value. */
  end: number;
}

/** One item of a list. */
export interface PlacedItem {
  /** The offset of the dash, or of the value within `[ ]`. */
  start: number;
  value: Node | undefined;
  end: number;
}

/** The place of a map or list in the text. */
export interface Container<Part> {
  node: Node;
  inFlow: boolean;
  /** The column of its keys, or of its dashes. */
  indent: number;
  start: number;
  end: number;
  parts: Part[];
}

/** @throws EditRefused when it is no YAML, or more than one document */
export function documentOf(source: string): Document.Parsed {
  const options = {
    prettyErrors: false,
    keepSourceTokens: true,
    uniqueKeys: (a: unknown, b: unknown) => isScalar(a) && isScalar(b) && textOf(a) === textOf(b),
  };
  const [document, second] = [...parseAllDocuments(source, options)];
  // The parser makes no document of a text that has only comments.
  if (document === undefined) return parseDocument(source, options);
  if (second !== undefined || document.errors.length + document.warnings.length > 0)
    throw new EditRefused('config.yaml cannot be read as YAML; `call-events check` says where');
  return document as Document.Parsed;
}

export const textOf = (node: Scalar) => node.source ?? String(node.value ?? '');

/** Whether a scalar is null. */
export function isEmptyNode(node: unknown): boolean {
  if (node === undefined || node === null) return true;
  return isScalar(node) && node.type === 'PLAIN' && /^(?:~|null|)$/i.test(node.source ?? String(node.value ?? ''));
}

/** @returns the node at a path; absent where there is none */
export function nodeAt(document: Document.Parsed, path: Path): Node | undefined {
  let node: unknown = document.contents;
  path.forEach((key, depth) => {
    if (isAlias(node)) throw sharedBy(path.slice(0, depth), node.source);
    if (isMap(node)) node = node.items.find((pair) => isScalar(pair.key) && textOf(pair.key) === String(key))?.value;
    else if (isSeq(node)) node = node.items[Number(key)];
    else node = undefined;
  });
  if (isAlias(node)) throw sharedBy(path, node.source);
  return (node ?? undefined) as Node | undefined;
}

function sharedBy(path: Path, anchor: string): EditRefused {
  return new EditRefused(
    `${path.at(0) === 'extensions' ? `extension ${path[1]}` : path.join('.')} has this from *${anchor}, and shares it with others. Write it out in config.yaml to change it here`,
  );
}

export function mapAt(source: string, document: Document.Parsed, path: Path): Container<PlacedPair> | undefined {
  const node = nodeAt(document, path);
  if (node === undefined || !isMap(node)) return undefined;
  const token = tokenOf(node);
  const parts = node.items.map((pair) => placedPair(source, pair));
  return containerOf(source, node, token, parts);
}

export function listAt(source: string, document: Document.Parsed, path: Path): Container<PlacedItem> | undefined {
  const node = nodeAt(document, path);
  if (node === undefined || !isSeq(node)) return undefined;
  const token = tokenOf(node);
  const inFlow = node.flow === true;
  const tokens = (token.items ?? []).filter(({ start, value, key }) =>
    inFlow ? value !== undefined || key !== undefined : start.some(({ type }) => type === 'seq-item-ind'),
  );
  if (tokens.length !== node.items.length) throw writtenOddly();
  const parts = node.items.map((item, index): PlacedItem => {
    const value = (item ?? undefined) as Node | undefined;
    const dash = tokens[index]?.start.find(({ type }) => type === 'seq-item-ind');
    const start = inFlow ? startOf(tokens[index]?.start ?? [], value?.range?.[0]) : dash?.offset;
    if (start === undefined) throw writtenOddly();
    return {
      start,
      value,
      end:
        isEmptyNode(value) && !inFlow && value?.range?.[0] === value?.range?.[1]
          ? start + 1
          : endOf(source, value, start + 1),
    };
  });
  return containerOf(source, node, token, parts);
}

/** The end of the node at this offset, without the blank lines and comments behind it. */
function endOf(source: string, node: Node | undefined, otherwise: number): number {
  if (node === undefined || node.range == null) return otherwise;
  const [start, end] = node.range;
  if (isScalar(node)) {
    if (start === end) return otherwise;
    // A block scalar ends with the line end of its last line.
    if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) return end;
    return source[end - 1] === '\n' ? lineEnd(source, lineStart(source, end - 1)) : end;
  }
  if (!isCollection(node) || node.flow === true) return end;
  if (isMap(node)) {
    const last = node.items.at(-1);
    return last === undefined ? end : placedPair(source, last).end;
  }
  const last = isSeq(node) ? node.items.at(-1) : undefined;
  const dash = tokenOf(node).items?.findLast(({ start: before }) => before.some(({ type }) => type === 'seq-item-ind'));
  const at = dash?.start.find(({ type }) => type === 'seq-item-ind')?.offset ?? start;
  return endOf(source, (last ?? undefined) as Node | undefined, at + 1);
}

/**
 * The end of the last line that belongs to an entry of a block: comments below it that are indented further belong to
 * it.
 * @param end the end of the entry itself
 * @param indent the column of its key or dash
 * @returns the end of that line, before its line end
 */
export function endWithComments(source: string, end: number, indent: number): number {
  let last = lineEnd(source, end);
  for (let start = nextLine(source, end); start < source.length; start = nextLine(source, start)) {
    const [, blanks = '', sign] = /( *)([^ \t\r\n])?/y.exec(source.slice(start, start + 1000)) ?? [];
    if (sign === undefined) continue;
    if (sign !== '#' || blanks.length <= indent) break;
    last = lineEnd(source, start);
  }
  return last;
}

function placedPair(source: string, pair: Pair<unknown, unknown>): PlacedPair {
  const { key, value, srcToken } = pair as Pair<unknown, unknown> & { srcToken?: { start: Token[]; sep?: Token[] } };
  if (!isScalar(key) || key.range == null || srcToken === undefined) throw writtenOddly();
  if (srcToken.start.some(({ type }) => type === 'explicit-key-ind')) throw writtenOddly();
  const colon = srcToken.sep?.find(({ type }) => type === 'map-value-ind');
  const afterColon = colon === undefined ? undefined : colon.offset + 1;
  const node = (value ?? undefined) as Node | undefined;
  return {
    key: textOf(key),
    start: startOf(srcToken.start, key.range[0]) ?? key.range[0],
    afterColon,
    value: node,
    end: endOf(source, node, endOfProps(srcToken.sep) ?? afterColon ?? key.range[1]),
  };
}

/** Anchors and tags stand before the node that they belong to. */
const isProp = ({ type }: Token) => type === 'anchor' || type === 'tag';
const startOf = (before: readonly Token[], otherwise: number | undefined) => before.find(isProp)?.offset ?? otherwise;

function endOfProps(tokens: readonly Token[] = []): number | undefined {
  const last = tokens.findLast(isProp);
  return last && last.offset + last.source.length;
}

function containerOf<Part extends { start: number; end: number }>(
  source: string,
  node: Node,
  token: Token,
  parts: Part[],
): Container<Part> {
  const inFlow = isCollection(node) && node.flow === true;
  const first = parts[0];
  const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  const indent = first === undefined || inFlow ? (token.indent ?? 0) : first.start - lineStart(source, first.start);
  return { node, inFlow, indent, start, end: inFlow ? end : (parts.at(-1)?.end ?? end), parts };
}

const tokenOf = (node: Node) => node.srcToken as unknown as Token;
