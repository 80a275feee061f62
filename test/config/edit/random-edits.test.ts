import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, Written } from '../../../src/config/edit/change.ts';
import { editConfig, readEntry } from '../../../src/config/edit/edit-config.ts';
import { idsOf } from '../../../src/config/edit/rules.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { parseYaml } from '../../../src/config/yaml/yaml-tree.ts';
import { configArbitrary, type ModelEntry, ruleArbitrary } from './written-config.ts';

const options = { newId: () => 'brand-new' };
const RUNS = { numRuns: 150 };

const read = (text: string) => {
  const parsed = parseYaml(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.tree.value as { extensions: Record<string, unknown> };
};

/** The Event ID of every rule, by the extension's key. */
const idsIn = (text: string) =>
  Object.fromEntries(
    parseConfig(text, 'config.yaml').extensions.map(({ key, rules }) => [key, rules?.map(({ id }) => id)]),
  );

/** The lines of a text that are not those of one entry. */
function linesBeside(text: string, keys: readonly string[], one: string): string[] {
  const named = (line: string) =>
    keys.find((key) => new RegExp(`^ +(?:"${esc(key)}"|'${esc(key)}'|${esc(key)}):`).test(line));
  let inside: string | undefined;
  let column = 0;
  return text.split(/\r?\n/).filter((line) => {
    const starts = named(line);
    if (line.trim() === '') return false;
    if (starts !== undefined) {
      inside = starts;
      column = line.search(/\S/);
    } else if (line.search(/\S/) <= column) inside = undefined;
    return inside !== one;
  });
}
const esc = (text: string) => text.replaceAll(/[.*+?]/g, '\\$&');

const withRules = ({ entries }: { entries: ModelEntry[] }) =>
  entries.flatMap(({ key, rules }) => (rules !== undefined && rules.length > 0 ? [{ key, rules }] : []));

const existingRule = configArbitrary
  .filter((config) => withRules(config).length > 0)
  .chain((config) =>
    fc.record({
      config: fc.constant(config),
      place: fc.constantFrom(
        ...withRules(config).flatMap(({ key, rules }) => rules.map((_, index) => ({ key, index }))),
      ),
    }),
  );

const rulesIn = (text: string, key: string) => (readEntry(text, key)?.events ?? []) as Written[];
const asTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) =>
    typeof one === 'number' || typeof one === 'boolean' ? String(one) : one,
  );

/** What holds of each change of one extension. */
function expectTheRestAsItWas(before: string, after: string, key: string, keys: readonly string[]): void {
  const [old, now] = [read(before), read(after)];
  expect({ ...now, extensions: { ...now.extensions, [key]: 0 } }).toEqual({
    ...old,
    extensions: { ...old.extensions, [key]: 0 },
  });
  expect(linesBeside(after, keys, key)).toEqual(linesBeside(before, keys, key));
  expect(/(?<!\r)\n/.test(after) && /\r\n/.test(after)).toBe(/(?<!\r)\n/.test(before) && /\r\n/.test(before));
}

describe('a change made in any config.yaml', () => {
  it('reads the same from the writer and the editor', () => {
    fc.assert(
      fc.property(configArbitrary, ({ text, entries }) => {
        for (const { key, settings, rules } of entries)
          expect(readEntry(text, key)).toEqual({ ...settings, ...(rules && { events: rules }) });
      }),
      RUNS,
    );
  });

  it('adds a rule, and taken out again everything is as it was', () => {
    fc.assert(
      fc.property(configArbitrary, ruleArbitrary(fc.constant(undefined)), fc.nat(), ({ text, entries }, rule, pick) => {
        const { key, rules } = entries[pick % entries.length] ?? { key: '', rules: undefined };
        const keys = entries.map((one) => one.key);
        const after = editConfig(text, [{ kind: 'add rule', extension: key, rule }], options);
        expectTheRestAsItWas(text, after, key, keys);
        expect(rulesIn(after, key)).toEqual([...rulesIn(text, key), { ...rule, id: 'brand-new' }]);
        const ids = idsIn(text);
        expect(idsIn(after)).toEqual({ ...ids, [key]: [...(ids[key] ?? []), 'brand-new'] });
        if (rules === undefined || rules.length === 0) return;
        expect(editConfig(after, [{ kind: 'remove rule', extension: key, id: 'brand-new' }], options)).toBe(text);
      }),
      RUNS,
    );
  });

  it('changes a rule in its own lines, and changed back everything is as it was', () => {
    fc.assert(
      fc.property(
        existingRule,
        ruleArbitrary(fc.constant(undefined)),
        ({ config: { text, entries }, place }, wanted) => {
          const { key, index } = place;
          const ids = idsIn(text);
          const id = ids[key]?.[index] ?? '';
          const old = rulesIn(text, key)[index] ?? {};
          const gone = Object.keys(old).filter((name) => !(name in wanted) && name !== 'id');
          const rule = { ...wanted, ...Object.fromEntries(gone.map((name) => [name, null])) };
          const after = editConfig(text, [{ kind: 'change rule', extension: key, id, rule }], options);
          expectTheRestAsItWas(
            text,
            after,
            key,
            entries.map((one) => one.key),
          );
          expect(idsIn(after)).toEqual(ids);
          const { id: _, ...has } = rulesIn(after, key)[index] ?? {};
          expect(has).toEqual(wanted);
        },
      ),
      RUNS,
    );
  });

  it('changes one text, and changed back everything is as it was', () => {
    const others = fc.constantFrom(
      'https://other.example/x',
      'https://other.example/{CallID}',
      'https://other.example/"a,b"',
    );
    fc.assert(
      fc.property(existingRule, others, ({ config: { text }, place: { key, index } }, url) => {
        const id = idsIn(text)[key]?.[index] ?? '';
        const old = rulesIn(text, key)[index]?.url ?? null;
        const change = (to: Written[string]): Change => ({
          kind: 'change rule',
          extension: key,
          id,
          rule: { url: to },
        });
        const after = editConfig(text, [change(url)], options);
        const changed = after.split('\n').filter((line, at) => line !== text.split('\n')[at]);
        expect(changed).toHaveLength(1);
        const back = editConfig(after, [change(old)], options);
        expect(rulesIn(back, key)).toEqual(rulesIn(text, key));
        // A text that needed quotes meanwhile keeps them.
        expect(back.replaceAll(/["']/g, '')).toBe(text.replaceAll(/["']/g, ''));
      }),
      RUNS,
    );
  });

  it('takes a rule out, and no other Event ID changes', () => {
    fc.assert(
      fc.property(existingRule, ({ config: { text, entries }, place: { key, index } }) => {
        const ids = idsIn(text);
        const after = editConfig(text, [{ kind: 'remove rule', extension: key, id: ids[key]?.[index] ?? '' }], options);
        expectTheRestAsItWas(
          text,
          after,
          key,
          entries.map((one) => one.key),
        );
        expect(idsIn(after)).toEqual({ ...ids, [key]: ids[key]?.filter((_, at) => at !== index) });
        const has = rulesIn(after, key).map(({ id: _, ...rule }) => rule);
        expect(has).toEqual(
          rulesIn(text, key)
            .filter((_, at) => at !== index)
            .map(({ id: _, ...rule }) => rule),
        );
      }),
      RUNS,
    );
  });

  it('moves a rule, and no Event ID changes', () => {
    fc.assert(
      fc.property(existingRule, fc.nat(), ({ config: { text, entries }, place: { key, index } }, pick) => {
        const ids = idsIn(text);
        const own = ids[key] ?? [];
        const id = own[index] ?? '';
        const before = [...own, undefined][pick % (own.length + 1)];
        const after = editConfig(
          text,
          [{ kind: 'move rule', extension: key, id, ...(before !== undefined && { before }) }],
          options,
        );
        expectTheRestAsItWas(
          text,
          after,
          key,
          entries.map((one) => one.key),
        );
        const others = own.filter((one) => one !== id);
        const at = before === undefined ? others.length : others.indexOf(before);
        const wanted = before === id ? own : others.toSpliced(at, 0, id);
        expect(idsIn(after)).toEqual({ ...ids, [key]: wanted });
        const rule = (list: Written[], one: number) => ({ ...list[one], id: '' });
        const [old, now] = [rulesIn(text, key), rulesIn(after, key)];
        expect(wanted.map((_, where) => rule(now, where))).toEqual(wanted.map((one) => rule(old, own.indexOf(one))));
      }),
      RUNS,
    );
  });

  it('moves a rule to another extension, with its Event ID', () => {
    fc.assert(
      fc.property(existingRule, fc.nat(), ({ config: { text, entries }, place: { key, index } }, pick) => {
        const to = entries[pick % entries.length]?.key ?? '';
        if (to === key) return;
        const ids = idsIn(text);
        const id = ids[key]?.[index] ?? '';
        const after = editConfig(text, [{ kind: 'move rule', extension: key, id, to }], options);
        expect(idsIn(after)).toEqual({
          ...ids,
          [key]: ids[key]?.filter((_, at) => at !== index),
          [to]: [...(ids[to] ?? []), id],
        });
      }),
      RUNS,
    );
  });

  it('adds an extension, changes its settings, and takes it out again', () => {
    fc.assert(
      fc.property(configArbitrary, fc.constantFrom('100', '103', '_3XX', 'a b', '*8'), ({ text, entries }, key) => {
        const keys = [...entries.map((one) => one.key), key];
        const settings = { did: '+1800', channels: ['PJSIP/desk7', 'SIP/Door phone'], notes: 'Lobby: left' };
        const given = key.startsWith('_') ? { notes: settings.notes } : settings;
        const added = editConfig(text, [{ kind: 'add extension', extension: key, settings: given }], options);
        expect(readEntry(added, key)).toEqual(given);
        expectTheRestAsItWas(text, added, key, keys);
        const changed = editConfig(
          added,
          [{ kind: 'change extension', extension: key, settings: { notes: null, did: '0101' } }],
          options,
        );
        expect(readEntry(changed, key)).toEqual({ ...given, notes: undefined, did: '0101' });
        const removed = editConfig(added, [{ kind: 'remove extension', extension: key }], options);
        const [trimmed, original] = [removed, text].map((one) => one.trimEnd());
        expect(trimmed).toBe(original);
      }),
      RUNS,
    );
  });

  it("copies a pattern's rules, with Event IDs of their own", () => {
    fc.assert(
      fc.property(configArbitrary, ({ text, entries }) => {
        const pattern = entries.find(({ key, rules }) => key.startsWith('_') && rules !== undefined);
        if (pattern === undefined) return;
        const after = editConfig(text, [{ kind: 'own rules', extension: '177', pattern: pattern.key }], options);
        expectTheRestAsItWas(text, after, '177', [...entries.map(({ key }) => key), '177']);
        const [copies, originals] = [rulesIn(after, '177'), rulesIn(text, pattern.key)];
        expect(copies.map((rule) => asTexts({ ...rule, id: '' }))).toEqual(
          originals.map((rule) => asTexts({ ...rule, id: '' })),
        );
        const all = Object.values(idsIn(after)).flatMap((ids) => ids ?? []);
        expect(new Set(all).size).toBe(all.length);
        expect(idsOf('177', copies)).toEqual(idsIn(after)['177']);
      }),
      RUNS,
    );
  });
});
