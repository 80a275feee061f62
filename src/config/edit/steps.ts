import type { JsonTemplate } from '../config.ts';
import type { Path } from './places.ts';
import { isJsonMap, isSame, type JsonMap } from './read-value.ts';
import type { Step } from './splice.ts';

/** A rule's keys in the order in which they are written down. */
export const RULE_KEYS: readonly string[] = [
  ...['on', 'id', 'method', 'url', 'status', 'notes'],
  ...[
    'when',
    'headers',
    'params',
    'body',
    'accept',
    'parameters',
    'profile',
    'variables',
    'timeout',
    'retry',
    'signing',
  ],
];

/** An extension's. */
export const EXTENSION_KEYS: readonly string[] = ['queue', 'line', 'channels', 'did', 'notes', 'events'];

/** The steps that make one value of another, each as small as it can be. */
export function stepsBetween(old: JsonMap, wanted: JsonMap, path: Path, order: readonly string[] = []): Step[] {
  const kept = Object.keys(old).filter((key) => Object.hasOwn(wanted, key));
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const added = Object.keys(wanted)
    .filter((key) => !Object.hasOwn(old, key))
    .sort((a, b) => rank(a, order) - rank(b, order));
  return [
    ...kept.flatMap((key) => changesOf(old[key], wanted[key], path, key, order)),
    ...added.map((key): Step => ({ kind: 'set key', path, key, value: wanted[key] ?? null, order })),
    ...removed.map((key): Step => ({ kind: 'remove key', path, key })),
  ];
}

const rank = (key: string, order: readonly string[]) => {
  const at = order.indexOf(key);
  return at < 0 ? order.length : at;
};

function changesOf(
  old: JsonTemplate | undefined,
  wanted: JsonTemplate | undefined,
  path: Path,
  key: string,
  order: readonly string[],
): Step[] {
  if (wanted === undefined || isSame(old, wanted)) return [];
  const here = [...path, key];
  if (isJsonMap(old) && isJsonMap(wanted) && Object.keys(old).length > 0 && Object.keys(wanted).length > 0)
    return stepsBetween(old, wanted, here);
  if (Array.isArray(old) && Array.isArray(wanted) && old.length > 0 && wanted.length > 0)
    return stepsOfList(old, wanted, here);
  return [{ kind: 'set key', path, key, value: wanted, order }];
}

/** What is the same at both ends stays; between them items are replaced, put in or taken out. */
function stepsOfList(old: readonly JsonTemplate[], wanted: readonly JsonTemplate[], path: Path): Step[] {
  let head = 0;
  while (head < old.length && head < wanted.length && isSame(old[head], wanted[head])) head++;
  let tail = 0;
  while (
    tail < Math.min(old.length, wanted.length) - head &&
    isSame(old[old.length - 1 - tail], wanted[wanted.length - 1 - tail])
  )
    tail++;
  const [oldCount, newCount] = [old.length - head - tail, wanted.length - head - tail];
  const steps: Step[] = [];
  const common = Math.min(oldCount, newCount);
  for (let at = head; at < head + common; at++) steps.push(...changesOfItem(old[at], wanted[at], path, at));
  for (let at = head + common; at < head + newCount; at++)
    steps.push({ kind: 'insert item', path, index: at, value: wanted[at] ?? null });
  for (let at = head + oldCount - 1; at >= head + common; at--) steps.push({ kind: 'remove item', path, index: at });
  return steps;
}

function changesOfItem(
  old: JsonTemplate | undefined,
  wanted: JsonTemplate | undefined,
  path: Path,
  index: number,
): Step[] {
  if (wanted === undefined || isSame(old, wanted)) return [];
  const here = [...path, index];
  if (isJsonMap(old) && isJsonMap(wanted) && Object.keys(old).length > 0 && Object.keys(wanted).length > 0)
    return stepsBetween(old, wanted, here);
  if (Array.isArray(old) && Array.isArray(wanted) && old.length > 0 && wanted.length > 0)
    return stepsOfList(old, wanted, here);
  return [{ kind: 'set item', path, index, value: wanted }];
}
