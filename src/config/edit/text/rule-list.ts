import { hash } from 'node:crypto';
import { ruleIdsOf } from '../../rule-id.ts';
import type { EntryPlace, Written, WrittenChange } from '../config-change.ts';
import { EditRefused } from '../edit-refused.ts';
import { RULE_KEYS } from './map-steps.ts';
import { isJsonMap } from './written-value.ts';

/** A rule of the new list: an existing rule, or a new one. */
export interface WantedRule {
  /** Its index in the old list; absent for a new rule. */
  from?: number;
  rule: Written;
}

/** The rules of an entry; absent when it has no list of its own. */
export function rulesOf({ extension }: EntryPlace, entry: Written): readonly Written[] | undefined {
  const { events } = entry;
  if (events === undefined || events === null) return undefined;
  if (!Array.isArray(events) || !events.every(isJsonMap))
    throw new EditRefused(`the events of ${extension} are no list of rules`);
  return events;
}

/** The Event IDs of the rules: written in config.yaml, or derived. */
export function idsOf({ extension, server }: EntryPlace, rules: readonly Written[]): string[] {
  return ruleIdsOf(
    extension,
    rules.map(({ on, id }) => ({
      on: String(on).toLowerCase(),
      id: id === undefined || id === null ? undefined : String(id),
    })),
    server,
  );
}

/**
 * Writes down the id of each rule that would get another id, for derived ids depend on the position.
 * @param old the list before the change
 */
export function withIdsKept(place: EntryPlace, old: readonly Written[], wanted: readonly WantedRule[]): WantedRule[] {
  const before = idsOf(place, old);
  const after = idsOf(
    place,
    wanted.map(({ rule }) => rule),
  );
  return wanted.map((one, index) => {
    const id = one.from === undefined ? undefined : before[one.from];
    return id === undefined || id === after[index] ? one : { ...one, rule: inOrder({ ...one.rule, id }) };
  });
}

/** A new rule has its Event ID written down, and its keys in their order. */
export function newRule(rule: Written, newId: () => string): Written {
  const { id } = rule;
  return inOrder({ ...rule, id: id === undefined || id === null || id === '' ? newId() : id });
}

/** The rules of a pattern, copied for an extension. A second copy gets the same Event IDs. */
export function copiedRules(
  { extension, server }: EntryPlace,
  pattern: EntryPlace,
  rules: readonly Written[],
): Written[] {
  const ids = idsOf(pattern, rules);
  // Each server may have a 101 that copies from a pattern for all.
  const owner = server === undefined ? extension : `${server}/${extension}`;
  return rules.map((rule, index) => {
    const id = hash('sha256', `${owner}\n${ids[index] ?? ''}`).slice(0, 8);
    return inOrder({ ...rule, id });
  });
}

/** The rule with a change applied; what the change sets to null is taken out. */
export function changedRule(rule: Written, change: WrittenChange): Written {
  return Object.fromEntries(Object.entries({ ...rule, ...change }).filter(([, value]) => value !== null));
}

function inOrder(rule: Written): Written {
  const rank = (key: string) => {
    const at = RULE_KEYS.indexOf(key);
    return at < 0 ? RULE_KEYS.length : at;
  };
  const known = Object.entries(rule).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.sort(([a], [b]) => rank(a) - rank(b)));
}
