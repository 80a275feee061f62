import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { JsonTemplate } from '../../config.ts';
import { isJsonScalar } from '../../yaml/json-scalar.ts';
import { isEmptyNode, textOf } from './yaml-ranges.ts';

/**
 * The value of a node: texts as they are written, references to secrets too.
 * @param isTyped within a rule's own body: numbers, booleans and null are JSON's; elsewhere they are texts
 */
export function writtenValue(node: unknown, document: Document.Parsed, isTyped = false, depth = 0): JsonTemplate {
  if (depth > 100) return null;
  if (isAlias(node)) return writtenValue(node.resolve(document), document, isTyped, depth + 1);
  if (isSeq(node)) return node.items.map((item) => writtenValue(item, document, isTyped, depth + 1));
  if (isMap(node)) {
    const pairs = node.items.map((pair): [string, JsonTemplate] => {
      const key = isScalar(pair.key) ? textOf(pair.key) : '';
      return [key, writtenValue(pair.value, document, isTyped || key === 'body', depth + 1)];
    });
    return Object.fromEntries(pairs);
  }
  if (!isScalar(node) || isEmptyNode(node)) return null;
  const text = textOf(node);
  return isTyped && node.type === 'PLAIN' && isJsonScalar(text) ? JSON.parse(text) : text;
}

/** Whether two values are the same; the order of keys does not matter. */
export function isSameValue(a: JsonTemplate | undefined, b: JsonTemplate | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, at) => isSameValue(one, b[at]))
    );
  const [mapA, mapB] = [a as JsonMap, b as JsonMap];
  const keys = Object.keys(mapA);
  return (
    keys.length === Object.keys(mapB).length &&
    keys.every((key) => Object.hasOwn(mapB, key) && isSameValue(mapA[key], mapB[key]))
  );
}

export type JsonMap = { readonly [key: string]: JsonTemplate };

export function isJsonMap(value: JsonTemplate | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
