import type { Written } from '../config-change.ts';
import type { YamlStep } from './apply-step.ts';
import { RULE_KEYS, stepsBetween } from './map-steps.ts';
import type { WantedRule } from './rule-list.ts';
import type { Path } from './yaml-ranges.ts';

/** The steps that turn one list of rules into another, in which each rule is an existing one or new. */
export function stepsOfRules(old: readonly Written[], wanted: readonly WantedRule[], path: Path): YamlStep[] {
  const changes = wanted.flatMap(({ from, rule }) => {
    const before = from === undefined ? undefined : old[from];
    return before === undefined ? [] : stepsBetween(before, rule, [...path, from ?? 0], RULE_KEYS);
  });
  const kept = wanted.flatMap(({ from }) => from ?? []);
  const removed = old.map((_, index) => index).filter((index) => !kept.includes(index));
  const inserts = wanted.flatMap(({ from, rule }, index): YamlStep[] =>
    from === undefined ? [{ kind: 'insert item', path, index, value: rule }] : [],
  );
  const removes = (offset: number) =>
    removed.toReversed().map((index): YamlStep => ({ kind: 'remove item', path, index: index + offset }));
  // An empty list would lose its style.
  if (kept.length === 0) return [...inserts, ...removes(inserts.length)];
  return [...changes, ...removes(0), ...moves(kept, path), ...inserts];
}

/** @param wanted the present indexes of the items, in their new order */
function moves(wanted: readonly number[], path: Path): YamlStep[] {
  const staying = longestAscending(wanted);
  const now = wanted.toSorted((a, b) => a - b);
  const steps: YamlStep[] = [];
  wanted.forEach((item, at) => {
    if (staying.has(item)) return;
    const index = now.indexOf(item);
    now.splice(index, 1);
    const before = wanted[at - 1];
    const to = before === undefined ? 0 : now.indexOf(before) + 1;
    now.splice(to, 0, item);
    if (to !== index) steps.push({ kind: 'move item', path, index, to });
  });
  return steps;
}

/** The largest set of items that need not move. */
function longestAscending(items: readonly number[]): Set<number> {
  let longest: number[] = [];
  const best = items.map((item): number[] => [item]);
  items.forEach((item, at) => {
    for (let before = 0; before < at; before++) {
      const chain = best[before] ?? [];
      if ((items[before] ?? 0) < item && chain.length >= (best[at]?.length ?? 0)) best[at] = [...chain, item];
    }
    const chain = best[at] ?? [];
    if (chain.length > longest.length) longest = chain;
  });
  return new Set(longest);
}
