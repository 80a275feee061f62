import { isPattern } from '../../dialplan-pattern.ts';
import type { ExtensionExcerpt } from '../../yaml/extension-excerpt.ts';
import type { Change, EntryPlace, Written } from '../config-change.ts';
import { EditRefused, writtenOddly } from '../edit-refused.ts';
import { applyStep, type YamlStep } from './apply-step.ts';
import { entryMapOf, excerptOf, keysOf, readEntry, takeSteps } from './extension-entries.ts';
import { EXTENSION_KEYS, stepsBetween } from './map-steps.ts';
import { changedRule, copiedRules, idsOf, newRule, rulesOf, type WantedRule, withIdsKept } from './rule-list.ts';
import { stepsOfRules } from './rule-list-steps.ts';
import { type YamlStyle, yamlStyleOf } from './yaml-style.ts';

/** What a change needs besides the text. */
export interface EditOptions {
  /** Gives an Event ID that no rule has. */
  newId(): string;
}

/**
 * Makes changes to the text of config.yaml. Everything else stays byte for byte: comments, order, quotes, indentation,
 * line ends. All other rules keep their Event IDs.
 * @throws EditRefused where a change cannot be made, or would change something else too
 */
export function applyChanges(source: string, changes: readonly Change[], options: EditOptions): string {
  const style = yamlStyleOf(source);
  return changes.reduce((text, change) => applyChange(text, change, style, options), source);
}

function applyChange(source: string, change: Change, style: YamlStyle, options: EditOptions): string {
  const { extension, server } = change;
  const place: EntryPlace = { extension, server };
  switch (change.kind) {
    case 'add extension': {
      if (readEntry(source, place) !== undefined) throw new EditRefused(`extension ${extension} is there already`);
      const rules = change.rules?.map((rule) => newRule(rule, options.newId));
      return addEntry(source, place, withoutEmpty({ ...change.settings, ...(rules && { events: rules }) }), style);
    }
    case 'change extension':
      return changeEntry(source, place, style, (entry) => ({ settings: changedRule(entry, change.settings) }));
    case 'remove extension':
      return removeEntry(source, place, style);
    case 'own rules': {
      const rules = rulesOf(change.from, readEntry(source, change.from) ?? {});
      if (rules === undefined) throw new EditRefused(`${change.from.extension} has no events in config.yaml`);
      const copies = copiedRules(place, change.from, rules);
      const entry = readEntry(source, place);
      if (entry === undefined) return addEntry(source, place, { events: copies }, style);
      if (rulesOf(place, entry) !== undefined) throw new EditRefused(`${extension} has events of its own already`);
      return changeEntry(source, place, style, () => ({ rules: () => copies.map((rule) => ({ rule })) }));
    }
    case 'add rule': {
      const rule = newRule(change.rule, options.newId);
      if (readEntry(source, place) === undefined) return addEntry(source, place, { events: [rule] }, style);
      return changeEntry(source, place, style, () => ({
        rules: (old) => put(old, { rule }, placeOf(place, old, change.before)),
      }));
    }
    case 'change rule':
      return changeEntry(source, place, style, () => ({
        rules: (old, all) => {
          const at = indexOf(place, all, change.id);
          return old.map((one, index) => (index === at ? { ...one, rule: changedRule(one.rule, change.rule) } : one));
        },
      }));
    case 'remove rule':
      return changeEntry(source, place, style, () => ({
        rules: (old, all) => old.toSpliced(indexOf(place, all, change.id), 1),
      }));
    case 'move rule':
      return moveRule(source, change, style);
  }
}

/** Changes the settings of an entry, its list of rules, or both. */
function changeEntry(
  source: string,
  place: EntryPlace,
  style: YamlStyle,
  change: (entry: Written) => {
    settings?: Written;
    rules?: (old: readonly WantedRule[], all: readonly Written[]) => readonly WantedRule[];
  },
): string {
  const { extension: key, server } = place;
  const part = excerptOf(source, place);
  const text = part?.text ?? source;
  const { path: above } = entryMapOf(text, server);
  const entry = readEntry(text, place);
  if (entry === undefined) throw new EditRefused(`${key} is not in config.yaml`);
  const { settings = entry, rules } = change(entry);
  const old = rulesOf(place, entry) ?? [];
  const wantedRules =
    rules &&
    withIdsKept(
      place,
      old,
      rules(
        old.map((rule, from) => ({ rule, from })),
        old,
      ),
    );
  const wanted = wantedRules === undefined ? settings : { ...settings, events: wantedRules.map(({ rule }) => rule) };
  const path = [...above, key];
  const steps: YamlStep[] = [];
  if (Object.keys(entry).length === 0) {
    steps.push({ kind: 'set key', path: above, key, value: wanted, order: [] });
  } else {
    const { events: _, ...others } = entry;
    const { events: __, ...wantedOthers } = settings;
    steps.push(...stepsBetween(others, wantedOthers, path, EXTENSION_KEYS));
    if (wantedRules !== undefined && old.length > 0) steps.push(...stepsOfRules(old, wantedRules, [...path, 'events']));
    else if (wantedRules !== undefined)
      steps.push({ kind: 'set key', path, key: 'events', value: wanted.events ?? [], order: EXTENSION_KEYS });
  }
  return takeSteps(source, part, steps, style, place, wanted);
}

function addEntry(source: string, place: EntryPlace, entry: Written, style: YamlStyle): string {
  const { extension: key, server } = place;
  const keys = keysOf(source, server);
  const before = predecessorOf(key, keys);
  const part = before === undefined ? undefined : excerptOf(source, { extension: before, server });
  const { path } = entryMapOf(part?.text ?? source, server);
  const step: YamlStep =
    keys.length === 0
      ? { kind: 'set key', path: path.slice(0, -1), key: 'extensions', value: { [key]: entry }, order: [] }
      : { kind: 'set key', path, key, value: entry, order: orderWith(key, keys, before) };
  return takeSteps(source, part, [step], style, place, entry);
}

/** The keys in their new order, up to the new key. */
const orderWith = (key: string, keys: readonly string[], before: string | undefined) =>
  before === undefined ? [key, ...keys] : [...keys.slice(0, keys.indexOf(before) + 1), key];

/** The key that the new key goes behind: sorted numbers stay sorted; else the last number, else the last key. */
function predecessorOf(key: string, keys: readonly string[]): string | undefined {
  const exact = keys.filter((one) => !isPattern(one));
  if (isPattern(key) || exact.length === 0) return keys.at(-1);
  const isSorted = exact.every((one, at) => at === 0 || compare(exact[at - 1] ?? '', one) < 0);
  if (!isSorted) return exact.at(-1);
  return exact.findLast((one) => compare(one, key) < 0);
}

const compare = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);

function removeEntry(source: string, place: EntryPlace, style: YamlStyle): string {
  const { extension: key, server } = place;
  const isOnly = keysOf(source, server).length < 2;
  const part = isOnly ? undefined : excerptOf(source, place);
  if (readEntry(part?.text ?? source, place) === undefined) throw new EditRefused(`${key} is not in config.yaml`);
  if (part === undefined) {
    const { path } = entryMapOf(source, server);
    return takeSteps(source, undefined, [{ kind: 'remove key', path, key }], style, place, undefined);
  }
  // The only entry in its part would leave an empty map behind: its lines are cut out instead.
  const withNext = `${part.text}${part.text.endsWith('\n') ? '' : style.newline}${' '.repeat(columnOf(part))}${STAND_IN}:`;
  const removed = applyStep(withNext, { kind: 'remove key', path: ['extensions'], key }, style);
  const rest = removed.slice(0, removed.lastIndexOf(`${' '.repeat(columnOf(part))}${STAND_IN}:`));
  const result = part.putBack(rest);
  if (result === undefined || /^(?!\s*(?:#|$))/m.test(rest.split('\n').slice(part.headLines).join('\n')))
    throw writtenOddly();
  return result;
}

const STAND_IN = 'stand-in-for-the-next-one';
const columnOf = ({ text, headLines }: ExtensionExcerpt) =>
  /^ */.exec(text.split('\n')[headLines] ?? '')?.[0].length ?? 2;

function moveRule(source: string, change: Extract<Change, { kind: 'move rule' }>, style: YamlStyle): string {
  const { extension, server, id, to = extension, before } = change;
  const place: EntryPlace = { extension, server };
  if (to === extension)
    return changeEntry(source, place, style, () => ({
      rules: (old, all) => {
        const at = indexOf(place, all, id);
        const moved = old[at];
        if (moved === undefined || before === id) return old;
        const target = placeOf(place, old, before);
        const others = old.filter((_, index) => index !== at);
        return put(others, moved, target > at ? target - 1 : target);
      },
    }));
  const rules = rulesOf(place, readEntry(source, place) ?? {}) ?? [];
  const rule = rules[indexOf(place, rules, id)];
  if (rule === undefined) throw new EditRefused(`${extension} has no rule with the Event ID ${id}`);
  const without = applyChange(source, { kind: 'remove rule', ...place, id }, style, NO_NEW_ID);
  const added: Change = {
    kind: 'add rule',
    extension: to,
    server,
    rule: { ...rule, id },
    ...(before !== undefined && { before }),
  };
  return applyChange(without, added, style, NO_NEW_ID);
}

const NO_NEW_ID: EditOptions = { newId: () => '' };

function indexOf(place: EntryPlace, rules: readonly Written[], id: string): number {
  const at = idsOf(place, rules).indexOf(id);
  if (at < 0) throw new EditRefused(`${place.extension} has no rule with the Event ID ${id}`);
  return at;
}

function placeOf(place: EntryPlace, old: readonly WantedRule[], before: string | undefined): number {
  if (before === undefined) return old.length;
  return indexOf(
    place,
    old.map(({ rule }) => rule),
    before,
  );
}

const put = (list: readonly WantedRule[], one: WantedRule, at: number) => [
  ...list.slice(0, at),
  one,
  ...list.slice(at),
];

const withoutEmpty = (entry: Written): Written =>
  Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
