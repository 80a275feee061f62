import type { JsonTemplate } from '../../config.ts';
import type { YamlStep } from './apply-step.ts';
import { isJsonMap, isSameValue, type JsonMap } from './written-value.ts';
import type { Path } from './yaml-ranges.ts';

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

/** An extension's keys, in the same way. */
export const EXTENSION_KEYS: readonly string[] = ['queue', 'line', 'channels', 'did', 'notes', 'events'];

/** The steps that turn one map into another, each as small as possible. */
export function stepsBetween(old: JsonMap, wanted: JsonMap, path: Path, order: readonly string[] = []): YamlStep[] {
  const kept = Object.keys(old).filter((key) => Object.hasOwn(wanted, key));
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const added = Object.keys(wanted)
    .filter((key) => !Object.hasOwn(old, key))
    .sort((a, b) => rank(a, order) - rank(b, order));
  return [
    ...kept.flatMap((key) => changesOf(old[key], wanted[key], path, key, order)),
    ...added.map((key): YamlStep => ({ kind: 'set key', path, key, value: wanted[key] ?? null, order })),
    ...removed.map((key): YamlStep => ({ kind: 'remove key', path, key })),
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
): YamlStep[] {
  if (wanted === undefined || isSameValue(old, wanted)) return [];
  const here = [...path, key];
  if (isJsonMap(old) && isJsonMap(wanted) && Object.keys(old).length > 0 && Object.keys(wanted).length > 0)
    return stepsBetween(old, wanted, here);
  if (Array.isArray(old) && Array.isArray(wanted) && old.length > 0 && wanted.length > 0)
    return stepsOfList(old, wanted, here);
  return [{ kind: 'set key', path, key, value: wanted, order }];
}

/** Equal items at both ends stay; between them items are replaced, inserted or removed. */
function stepsOfList(old: readonly JsonTemplate[], wanted: readonly JsonTemplate[], path: Path): YamlStep[] {
  let head = 0;
  while (head < old.length && head < wanted.length && isSameValue(old[head], wanted[head])) head++;
  let tail = 0;
  while (
    tail < Math.min(old.length, wanted.length) - head &&
    isSameValue(old[old.length - 1 - tail], wanted[wanted.length - 1 - tail])
  )
    tail++;
  const [oldCount, newCount] = [old.length - head - tail, wanted.length - head - tail];
  const steps: YamlStep[] = [];
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
): YamlStep[] {
  if (wanted === undefined || isSameValue(old, wanted)) return [];
  const here = [...path, index];
  if (isJsonMap(old) && isJsonMap(wanted) && Object.keys(old).length > 0 && Object.keys(wanted).length > 0)
    return stepsBetween(old, wanted, here);
  if (Array.isArray(old) && Array.isArray(wanted) && old.length > 0 && wanted.length > 0)
    return stepsOfList(old, wanted, here);
  return [{ kind: 'set item', path, index, value: wanted }];
}
