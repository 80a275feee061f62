import { isAlias, visit } from 'yaml';
import type { JsonTemplate } from '../config.ts';
import { isPattern } from '../dialplan-pattern.ts';
import { type EntryPart, entryPart, indexEntries } from '../yaml/entry-part.ts';
import type { Change, Written } from './change.ts';
import { EditRefused, writtenOddly } from './edit-refused.ts';
import { stepsOfRules } from './list-steps.ts';
import { documentOf, nodeAt } from './places.ts';
import { isJsonMap, isSame, writtenValue } from './read-value.ts';
import { changedRule, copiedRules, idsOf, newRule, rulesOf, type WantedRule, withIdsKept } from './rules.ts';
import { type Step, splice } from './splice.ts';
import { EXTENSION_KEYS, stepsBetween } from './steps.ts';
import { type Style, styleOf } from './style.ts';

/** What a change needs that no text holds. */
export interface EditOptions {
  /** Gives an Event ID that no rule has. */
  newId(): string;
}

/**
 * Makes changes to the text of config.yaml. What is not meant stays byte for byte: comments, order, quotes, indentation, line
 * ends. All other rules keep their Event IDs.
 * @throws EditRefused where a change cannot be made, or would change something else too
 */
export function editConfig(source: string, changes: readonly Change[], options: EditOptions): string {
  const style = styleOf(source);
  return changes.reduce((text, change) => applyChange(text, change, style, options), source);
}

/** An entry under `extensions` as it is written; absent when there is none. @throws EditRefused when it is no YAML */
export function readEntry(source: string, key: string): Written | undefined {
  const value = entryValue(partOf(source, key)?.text ?? source, key);
  if (value === undefined) return undefined;
  return isJsonMap(value) ? value : {};
}

/** The keys under `extensions`, in their order. */
export function keysOf(source: string): string[] {
  const index = indexEntries(source);
  if (index !== undefined) return [...index.entries.keys()];
  const document = documentOf(source);
  const all = writtenValue(nodeAt(document, ['extensions']), document);
  return isJsonMap(all) ? Object.keys(all) : [];
}

function applyChange(source: string, change: Change, style: Style, options: EditOptions): string {
  const { extension: key } = change;
  switch (change.kind) {
    case 'add extension': {
      if (readEntry(source, key) !== undefined) throw new EditRefused(`extension ${key} is there already`);
      const rules = change.rules?.map((rule) => newRule(rule, options.newId));
      return addEntry(source, key, withoutEmpty({ ...change.settings, ...(rules && { events: rules }) }), style);
    }
    case 'change extension':
      return changeEntry(source, key, style, (entry) => ({ settings: changedRule(entry, change.settings) }));
    case 'remove extension':
      return removeEntry(source, key, style);
    case 'own rules': {
      const rules = rulesOf(change.pattern, readEntry(source, change.pattern) ?? {});
      if (rules === undefined) throw new EditRefused(`${change.pattern} has no events in config.yaml`);
      const copies = copiedRules(key, change.pattern, rules);
      const entry = readEntry(source, key);
      if (entry === undefined) return addEntry(source, key, { events: copies }, style);
      if (rulesOf(key, entry) !== undefined) throw new EditRefused(`${key} has events of its own already`);
      return changeEntry(source, key, style, () => ({ rules: () => copies.map((rule) => ({ rule })) }));
    }
    case 'add rule': {
      const rule = newRule(change.rule, options.newId);
      if (readEntry(source, key) === undefined) return addEntry(source, key, { events: [rule] }, style);
      return changeEntry(source, key, style, () => ({
        rules: (old) => put(old, { rule }, placeOf(key, old, change.before)),
      }));
    }
    case 'change rule':
      return changeEntry(source, key, style, () => ({
        rules: (old, all) => {
          const at = indexOf(key, all, change.id);
          return old.map((one, index) => (index === at ? { ...one, rule: changedRule(one.rule, change.rule) } : one));
        },
      }));
    case 'remove rule':
      return changeEntry(source, key, style, () => ({
        rules: (old, all) => old.toSpliced(indexOf(key, all, change.id), 1),
      }));
    case 'move rule':
      return moveRule(source, change, style);
  }
}

/** Changes the settings of an entry, its list of rules, or both. */
function changeEntry(
  source: string,
  key: string,
  style: Style,
  change: (entry: Written) => {
    settings?: Written;
    rules?: (old: readonly WantedRule[], all: readonly Written[]) => readonly WantedRule[];
  },
): string {
  const part = partOf(source, key);
  const text = part?.text ?? source;
  const value = entryValue(text, key);
  if (value === undefined) throw new EditRefused(`${key} is not in config.yaml`);
  const entry = isJsonMap(value) ? value : {};
  const { settings = entry, rules } = change(entry);
  const old = rulesOf(key, entry) ?? [];
  const wantedRules =
    rules &&
    withIdsKept(
      key,
      old,
      rules(
        old.map((rule, from) => ({ rule, from })),
        old,
      ),
    );
  const wanted = wantedRules === undefined ? settings : { ...settings, events: wantedRules.map(({ rule }) => rule) };
  const path = ['extensions', key];
  const steps: Step[] = [];
  if (Object.keys(entry).length === 0) {
    steps.push({ kind: 'set key', path: ['extensions'], key, value: wanted, order: [] });
  } else {
    const { events: _, ...others } = entry;
    const { events: __, ...wantedOthers } = settings;
    steps.push(...stepsBetween(others, wantedOthers, path, EXTENSION_KEYS));
    if (wantedRules !== undefined && old.length > 0) steps.push(...stepsOfRules(old, wantedRules, [...path, 'events']));
    else if (wantedRules !== undefined)
      steps.push({ kind: 'set key', path, key: 'events', value: wanted.events ?? [], order: EXTENSION_KEYS });
  }
  return inPart(source, part, steps, style, key, wanted);
}

function addEntry(source: string, key: string, entry: Written, style: Style): string {
  const keys = keysOf(source);
  const before = predecessorOf(key, keys);
  if (before === undefined) {
    const all = keys.length === 0 ? undefined : keys;
    const step: Step =
      all === undefined
        ? { kind: 'set key', path: [], key: 'extensions', value: { [key]: entry }, order: [] }
        : { kind: 'set key', path: ['extensions'], key, value: entry, order: [key, ...all] };
    return inPart(source, undefined, [step], style, key, entry);
  }
  const step: Step = {
    kind: 'set key',
    path: ['extensions'],
    key,
    value: entry,
    order: [...keys.slice(0, keys.indexOf(before) + 1), key],
  };
  return inPart(source, partOf(source, before), [step], style, key, entry);
}

/** Numbers that stand in their order stay in it; else it is the last one that is no pattern, else the last one. */
function predecessorOf(key: string, keys: readonly string[]): string | undefined {
  const exact = keys.filter((one) => !isPattern(one));
  if (isPattern(key) || exact.length === 0) return keys.at(-1);
  const isSorted = exact.every((one, at) => at === 0 || compare(exact[at - 1] ?? '', one) < 0);
  if (!isSorted) return exact.at(-1);
  return exact.findLast((one) => compare(one, key) < 0);
}

const compare = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);

function removeEntry(source: string, key: string, style: Style): string {
  const isOnly = keysOf(source).length < 2;
  const part = isOnly ? undefined : partOf(source, key);
  if (entryValue(part?.text ?? source, key) === undefined) throw new EditRefused(`${key} is not in config.yaml`);
  if (part === undefined)
    return inPart(source, undefined, [{ kind: 'remove key', path: ['extensions'], key }], style, key, undefined);
  // Alone in its part, it would leave an empty map there: its lines go.
  const withNext = `${part.text}${part.text.endsWith('\n') ? '' : style.newline}${' '.repeat(columnOf(part))}${STAND_IN}:`;
  const removed = splice(withNext, { kind: 'remove key', path: ['extensions'], key }, style);
  const rest = removed.slice(0, removed.lastIndexOf(`${' '.repeat(columnOf(part))}${STAND_IN}:`));
  const result = part.putBack(rest);
  if (result === undefined || /^(?!\s*(?:#|$))/m.test(rest.split('\n').slice(part.headLines).join('\n')))
    throw writtenOddly();
  return result;
}

const STAND_IN = 'stand-in-for-the-next-one';
const columnOf = ({ text, headLines }: EntryPart) => /^ */.exec(text.split('\n')[headLines] ?? '')?.[0].length ?? 2;

function moveRule(source: string, change: Extract<Change, { kind: 'move rule' }>, style: Style): string {
  const { extension: key, id, to = key, before } = change;
  if (to === key)
    return changeEntry(source, key, style, () => ({
      rules: (old, all) => {
        const at = indexOf(key, all, id);
        const moved = old[at];
        if (moved === undefined || before === id) return old;
        const target = placeOf(key, old, before);
        const others = old.filter((_, index) => index !== at);
        return put(others, moved, target > at ? target - 1 : target);
      },
    }));
  const rules = rulesOf(key, readEntry(source, key) ?? {}) ?? [];
  const rule = rules[indexOf(key, rules, id)];
  if (rule === undefined) throw new EditRefused(`${key} has no rule with the Event ID ${id}`);
  const without = applyChange(source, { kind: 'remove rule', extension: key, id }, style, NO_NEW_ID);
  const added: Change = {
    kind: 'add rule',
    extension: to,
    rule: { ...rule, id },
    ...(before !== undefined && { before }),
  };
  return applyChange(without, added, style, NO_NEW_ID);
}

const NO_NEW_ID: EditOptions = { newId: () => '' };

function indexOf(key: string, rules: readonly Written[], id: string): number {
  const at = idsOf(key, rules).indexOf(id);
  if (at < 0) throw new EditRefused(`${key} has no rule with the Event ID ${id}`);
  return at;
}

function placeOf(key: string, old: readonly WantedRule[], before: string | undefined): number {
  if (before === undefined) return old.length;
  return indexOf(
    key,
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

/** The part of a text that one entry is written in, when it stands for itself: anchors and aliases reach further. */
function partOf(source: string, key: string): EntryPart | undefined {
  const part = entryPart(source, key);
  return part === undefined || isShared(part.text) ? undefined : part;
}

function isShared(text: string): boolean {
  let found = false;
  visit(documentOf(text), {
    Node: (_, node) => {
      found ||= isAlias(node) || node.anchor !== undefined;
    },
  });
  return found;
}

function entryValue(text: string, key: string): JsonTemplate | undefined {
  const document = documentOf(text);
  const all = writtenValue(document.contents, document);
  const extensions = isJsonMap(all) ? all.extensions : undefined;
  return isJsonMap(extensions) && Object.hasOwn(extensions, key) ? (extensions[key] ?? null) : undefined;
}

/** Takes the steps, and looks whether the outcome is what was asked for, and nothing else. */
function inPart(
  source: string,
  part: EntryPart | undefined,
  steps: readonly Step[],
  style: Style,
  key: string,
  wanted: Written | undefined,
): string {
  const before = part?.text ?? source;
  const after = steps.reduce((text, step) => splice(text, step, style), before);
  const result = part === undefined ? after : part.putBack(after);
  if (result === undefined) throw writtenOddly();
  verify(before, after, key, wanted);
  return result;
}

function verify(before: string, after: string, key: string, wanted: Written | undefined): void {
  const [old, now] = [before, after].map((text) => {
    const document = documentOf(text);
    const value = writtenValue(document.contents, document);
    const { extensions, ...rest } = isJsonMap(value) ? value : {};
    return { extensions: isJsonMap(extensions) ? extensions : {}, rest };
  });
  if (old === undefined || now === undefined) throw writtenOddly();
  const changed = [...new Set([...Object.keys(old.extensions), ...Object.keys(now.extensions)])].filter(
    (one) => one !== key && !isSame(old.extensions[one], now.extensions[one]),
  );
  if (changed.length > 0)
    throw new EditRefused(
      `this would change ${changed.slice(0, 5).join(', ')} as well, by an alias (*name). Write it out in config.yaml to change it here`,
    );
  const has = now.extensions[key];
  const isAsWanted = wanted === undefined ? has === undefined : isSame(isJsonMap(has) ? has : {}, wanted);
  if (!isAsWanted || !isSame(old.rest, now.rest)) throw writtenOddly();
}
