import { isCollection, isScalar, Scalar } from 'yaml';
import type { JsonTemplate } from '../../config.ts';
import { EditRefused, writtenOddly } from '../edit-refused.ts';
import { insertLines, removeInBlock } from './block-style.ts';
import { insertInFlow, removeInFlow } from './flow-style.ts';
import { indented, type RenderOptions, renderBlock, renderInline, renderItem, renderPair } from './render-yaml.ts';
import { isFirstInLine, lineEnd, lineStart, type Patch, patched, wholeLines } from './text-patches.ts';
import {
  type Container,
  documentOf,
  endWithComments,
  isEmptyNode,
  listAt,
  mapAt,
  type Path,
  type PlacedItem,
  type PlacedPair,
  type Span,
} from './yaml-ranges.ts';
import type { YamlStyle } from './yaml-style.ts';

/** One change to a YAML text. A path names a map or list, the root with `[]`. */
export type YamlStep =
  /** @property order the usual order of the map's keys */
  | { kind: 'set key'; path: Path; key: string; value: JsonTemplate; order: readonly string[] }
  | { kind: 'remove key'; path: Path; key: string }
  | { kind: 'set item'; path: Path; index: number; value: JsonTemplate }
  | { kind: 'insert item'; path: Path; index: number; value: JsonTemplate }
  | { kind: 'remove item'; path: Path; index: number }
  /** @property to its index afterwards */
  | { kind: 'move item'; path: Path; index: number; to: number };

/**
 * Makes one change. Everything else stays as it is, byte for byte.
 * @throws EditRefused where it cannot be made
 */
export function applyStep(source: string, step: YamlStep, style: YamlStyle): string {
  return patched(source, patchesFor(source, step, style));
}

function patchesFor(source: string, step: YamlStep, style: YamlStyle): Patch[] {
  const document = documentOf(source);
  const { path } = step;
  const isTyped = path.includes('body');
  if (step.kind === 'set key' || step.kind === 'remove key') {
    const map = mapAt(source, document, path);
    if (map === undefined) {
      if (path.length === 0 && document.contents === null && step.kind === 'set key')
        return [appended(source, renderPair(step.key, step.value, optionsOf(style, false, isTyped)), style)];
      throw missing(path);
    }
    const options = optionsOf(style, map.inFlow, isTyped, isWrittenAsJson(source, map));
    const pair = map.parts.find(({ key }) => key === step.key);
    if (step.kind === 'remove key')
      return pair === undefined ? [] : removePart(source, map, map.parts.indexOf(pair), '{}');
    if (pair === undefined) return [addPair(source, map, step, options)];
    return [setValue(source, map, pair, step.value, { ...options, isTyped: isTyped || step.key === 'body' })];
  }
  const list = listAt(source, document, path);
  if (list === undefined) throw missing(path);
  const options = optionsOf(style, list.inFlow, isTyped, isInJson(source, list));
  switch (step.kind) {
    case 'insert item':
      return [insertItem(source, list, step.index, step.value, options)];
    case 'remove item':
      return removePart(source, list, step.index, '[]');
    case 'set item':
      return [setItem(list, step.index, step.value, options)];
    case 'move item':
      return moveItem(source, list, step.index, step.to, style);
  }
}

const missing = (path: Path) => new EditRefused(`${path.join('.') || 'a map'} is not in config.yaml`);

const optionsOf = (style: YamlStyle, inFlow: boolean, isTyped: boolean, asJson = false): RenderOptions => ({
  style,
  inFlow,
  isTyped,
  asJson: inFlow && asJson,
});

/** `{"on": "hangup"}`: all keys in double quotes. */
const isWrittenAsJson = (source: string, { parts, inFlow }: Container<PlacedPair>) =>
  inFlow && parts.length > 0 && parts.every(({ start }) => source[start] === '"');

const isInJson = (source: string, { parts: [first], inFlow }: Container<PlacedItem>) =>
  inFlow && first !== undefined && /^(?:\{\s*)?"/.test(source.slice(first.start, first.end));

/** Adds lines to the end of a text that has nothing but comments. */
function appended(source: string, lines: readonly string[], { newline }: YamlStyle): Patch {
  const before = source === '' || source.endsWith('\n') ? '' : newline;
  return { start: source.length, end: source.length, text: `${before}${lines.join(newline)}${newline}` };
}

function addPair(
  source: string,
  map: Container<PlacedPair>,
  { key, value, order }: { key: string; value: JsonTemplate; order: readonly string[] },
  options: RenderOptions,
): Patch {
  const { newline } = options.style;
  const rank = order.indexOf(key);
  const before = rank < 0 ? map.parts.at(-1) : map.parts.findLast((part) => isBefore(part.key, rank, order));
  const lines = renderPair(key, value, options);
  if (map.inFlow) return insertInFlow(source, map, before, map.parts[0], lines.join(' '), newline);
  if (before === undefined) {
    const [first] = map.parts;
    if (first === undefined) throw missing([]);
    const text = lines.map((line) => `${line}${newline}${' '.repeat(map.indent)}`).join('');
    return { start: first.start, end: first.start, text };
  }
  return insertLines(endWithComments(source, before.end, map.indent), indented(lines, map.indent), newline);
}

/** A key that the order does not name goes behind the keys that it names. */
const isBefore = (key: string, rank: number, order: readonly string[]) => {
  const other = order.indexOf(key);
  return other >= 0 && other < rank;
};

/** Replaces the value of an existing key. */
function setValue(
  source: string,
  map: Container<PlacedPair>,
  pair: PlacedPair,
  value: JsonTemplate,
  options: RenderOptions,
): Patch {
  const { newline, step, listStep } = options.style;
  const { value: node, afterColon } = pair;
  const quotes = quotesOf(node);
  const lines = map.inFlow ? undefined : renderBlock(value, options);
  const isBlock = isCollection(node) && node.flow !== true;
  const isInLines = isBlock || (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'));
  if (afterColon === undefined) return { start: pair.end, end: pair.end, text: `: ${renderInline(value, options)}` };
  if (lines !== undefined) {
    const columns = map.indent + (Array.isArray(value) ? listStep : step);
    const end = isInLines ? pair.end : lineEnd(source, pair.end);
    const rest = isInLines ? restOfLine(source, afterColon) : source.slice(pair.end, end);
    const comment = /^[ \t]*#/.test(rest) ? ` ${rest.trim()}` : '';
    return {
      start: afterColon,
      end,
      text:
        comment +
        indented(lines, columns)
          .map((line) => newline + line)
          .join(''),
    };
  }
  const inline = renderInline(value, { ...options, quotes });
  if (isInLines) {
    const rest = isBlock ? restOfLine(source, afterColon) : '';
    const comment = /^[ \t]*#/.test(rest) ? ` ${rest.trim()}` : '';
    return { start: afterColon, end: pair.end, text: ` ${inline}${comment}` };
  }
  if (node?.range == null || node.range[0] === node.range[1])
    return { start: pair.end, end: pair.end, text: ` ${inline}` };
  return { start: node.range[0], end: node.range[1], text: inline };
}

const restOfLine = (source: string, offset: number) => source.slice(offset, lineEnd(source, offset));

function quotesOf(node: unknown): RenderOptions['quotes'] {
  if (!isScalar(node)) return undefined;
  if (node.type === Scalar.QUOTE_DOUBLE) return '"';
  if (node.type === Scalar.QUOTE_SINGLE) return "'";
  return node.type === Scalar.PLAIN && !isEmptyNode(node) ? 'plain' : undefined;
}

function setItem(list: Container<PlacedItem>, index: number, value: JsonTemplate, options: RenderOptions): Patch {
  const item = list.parts[index];
  if (item === undefined) throw missing([index]);
  const inline = renderInline(value, { ...options, inFlow: true, quotes: quotesOf(item.value) });
  const range = item.value?.range;
  if (list.inFlow) return { start: range?.[0] ?? item.start, end: item.end, text: inline };
  const isOnOneLine = isScalar(item.value) && item.value.type?.startsWith('BLOCK') !== true;
  if (isOnOneLine && range != null && range[0] < range[1] && (typeof value !== 'object' || value === null))
    return { start: range[0], end: range[1], text: renderInline(value, { ...options, quotes: quotesOf(item.value) }) };
  const text = indented(renderItem(value, options), list.indent).join(options.style.newline).trimStart();
  return { start: item.start, end: item.end, text };
}

function insertItem(
  source: string,
  list: Container<PlacedItem>,
  index: number,
  value: JsonTemplate,
  options: RenderOptions,
): Patch {
  const { newline } = options.style;
  const before = list.parts[index - 1];
  if (list.inFlow)
    return insertInFlow(
      source,
      list,
      before,
      list.parts[0],
      renderInline(value, { ...options, inFlow: true }),
      newline,
    );
  const lines = indented(renderItem(value, options), list.indent);
  if (before !== undefined) return insertLines(endWithComments(source, before.end, list.indent), lines, newline);
  const [first] = list.parts;
  if (first === undefined) throw missing([]);
  const start = lineStart(source, first.start);
  if (!isFirstInLine(source, first.start)) throw writtenOddly();
  return { start, end: start, text: lines.map((line) => line + newline).join('') };
}

/** Removes a key with its value, or an item. The last one leaves an empty map or list. */
function removePart(source: string, container: Container<Span>, index: number, empty: '{}' | '[]'): Patch[] {
  const part = container.parts[index];
  if (part === undefined) throw missing([index]);
  return container.inFlow ? removeInFlow(source, container, index) : removeInBlock(source, container, index, empty);
}

function moveItem(
  source: string,
  list: Container<PlacedItem>,
  index: number,
  to: number,
  { newline }: YamlStyle,
): Patch[] {
  const [item, ...others] = [list.parts[index], ...list.parts.filter((_, at) => at !== index)];
  if (item === undefined || to === index) return [];
  const before = others[to - 1];
  if (list.inFlow) {
    const text = source.slice(item.start, item.end);
    const [first] = others;
    return [insertInFlow(source, list, before, first, text, newline), ...removeInFlow(source, list, index)];
  }
  if (!isFirstInLine(source, item.start)) throw writtenOddly();
  const end = endWithComments(source, item.end, list.indent);
  const lines = source.slice(lineStart(source, item.start), end);
  const removed = wholeLines(source, item.start, end);
  if (before !== undefined) {
    const at = endWithComments(source, before.end, list.indent);
    return [{ start: at, end: at, text: newline + lines }, removed];
  }
  const at = lineStart(source, list.parts[0]?.start ?? 0);
  return [{ start: at, end: at, text: lines + newline }, removed];
}
