import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, Written } from '../../../src/config/edit/config-change.ts';
import { applyChanges } from '../../../src/config/edit/text/apply-changes.ts';
import { readEntry } from '../../../src/config/edit/text/extension-entries.ts';
import { idsOf } from '../../../src/config/edit/text/rule-list.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { parseYaml } from '../../../src/config/yaml/yaml-tree.ts';
import { configArbitrary, type ModelEntry, ruleArbitrary } from './written-config.ts';

const options = { newId: () => 'brand-new' };
const RUNS = { numRuns: 150 };

type Server = string | undefined;

/** What a text says: the entries for all servers or of one, and what stands beside them. */
const read = (text: string, server: Server) => {
  const parsed = parseYaml(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { extensions = {}, ...rest } = parsed.tree.value as {
    extensions?: Record<string, unknown>;
    asterisk?: { name: string; extensions?: Record<string, unknown> }[];
  };
  if (server === undefined) return { entries: extensions, rest };
  const { extensions: entries = {} } = rest.asterisk?.find(({ name }) => name === server) ?? {};
  const asterisk = rest.asterisk?.map((one) => (one.name === server ? { ...one, extensions: {} } : one));
  return { entries, rest: { ...rest, extensions, asterisk } };
};

/** The Event ID of every rule of a server's own, or of those for all, by the extension's key. */
const idsIn = (text: string, of: Server) =>
  Object.fromEntries(
    parseConfig(text, 'config.yaml').extensions.flatMap(({ key, server, rules }) =>
      server === of ? [[key, rules?.map(({ id }) => id)]] : [],
    ),
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

const rulesIn = (text: string, extension: string, server: Server) =>
  (readEntry(text, { extension, server })?.events ?? []) as Written[];
const asTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) =>
    typeof one === 'number' || typeof one === 'boolean' ? String(one) : one,
  );

/** What holds of each change of one extension. */
function expectTheRestAsItWas(
  before: string,
  after: string,
  { extension, server }: { extension: string; server: Server },
  keys: readonly string[],
): void {
  const [old, now] = [read(before, server), read(after, server)];
  expect(now.rest).toEqual(old.rest);
  expect({ ...now.entries, [extension]: 0 }).toEqual({ ...old.entries, [extension]: 0 });
  expect(linesBeside(after, keys, extension)).toEqual(linesBeside(before, keys, extension));
  expect(/(?<!\r)\n/.test(after) && /\r\n/.test(after)).toBe(/(?<!\r)\n/.test(before) && /\r\n/.test(before));
}

describe('a change made in any config.yaml', () => {
  it('reads the same from the writer and the editor', () => {
    fc.assert(
      fc.property(configArbitrary, ({ text, entries, server }) => {
        for (const { key, settings, rules } of entries)
          expect(readEntry(text, { extension: key, server })).toEqual({ ...settings, ...(rules && { events: rules }) });
      }),
      RUNS,
    );
  });

  it('adds a rule, and taken out again everything is as it was', () => {
    fc.assert(
      fc.property(
        configArbitrary,
        ruleArbitrary(fc.constant(undefined)),
        fc.nat(),
        ({ text, entries, server }, rule, pick) => {
          const { key, rules } = entries[pick % entries.length] ?? { key: '', rules: undefined };
          const keys = entries.map((one) => one.key);
          const after = applyChanges(text, [{ kind: 'add rule', extension: key, server, rule }], options);
          expectTheRestAsItWas(text, after, { extension: key, server }, keys);
          expect(rulesIn(after, key, server)).toEqual([...rulesIn(text, key, server), { ...rule, id: 'brand-new' }]);
          const ids = idsIn(text, server);
          expect(idsIn(after, server)).toEqual({ ...ids, [key]: [...(ids[key] ?? []), 'brand-new'] });
          if (rules === undefined || rules.length === 0) return;
          expect(applyChanges(after, [{ kind: 'remove rule', extension: key, server, id: 'brand-new' }], options)).toBe(
            text,
          );
        },
      ),
      RUNS,
    );
  });

  it('changes a rule in its own lines, and changed back everything is as it was', () => {
    fc.assert(
      fc.property(
        existingRule,
        ruleArbitrary(fc.constant(undefined)),
        ({ config: { text, entries, server }, place }, wanted) => {
          const { key, index } = place;
          const ids = idsIn(text, server);
          const id = ids[key]?.[index] ?? '';
          const old = rulesIn(text, key, server)[index] ?? {};
          const gone = Object.keys(old).filter((name) => !(name in wanted) && name !== 'id');
          const rule = { ...wanted, ...Object.fromEntries(gone.map((name) => [name, null])) };
          const after = applyChanges(text, [{ kind: 'change rule', extension: key, server, id, rule }], options);
          expectTheRestAsItWas(
            text,
            after,
            { extension: key, server },
            entries.map((one) => one.key),
          );
          expect(idsIn(after, server)).toEqual(ids);
          const { id: _, ...has } = rulesIn(after, key, server)[index] ?? {};
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
      fc.property(existingRule, others, ({ config: { text, server }, place: { key, index } }, url) => {
        const id = idsIn(text, server)[key]?.[index] ?? '';
        const old = rulesIn(text, key, server)[index]?.url ?? null;
        const change = (to: Written[string]): Change => ({
          kind: 'change rule',
          extension: key,
          server,
          id,
          rule: { url: to },
        });
        const after = applyChanges(text, [change(url)], options);
        const changed = after.split('\n').filter((line, at) => line !== text.split('\n')[at]);
        expect(changed).toHaveLength(1);
        const back = applyChanges(after, [change(old)], options);
        expect(rulesIn(back, key, server)).toEqual(rulesIn(text, key, server));
        // A text that needed quotes meanwhile keeps them.
        expect(back.replaceAll(/["']/g, '')).toBe(text.replaceAll(/["']/g, ''));
      }),
      RUNS,
    );
  });

  it('takes a rule out, and no other Event ID changes', () => {
    fc.assert(
      fc.property(existingRule, ({ config: { text, entries, server }, place: { key, index } }) => {
        const ids = idsIn(text, server);
        const after = applyChanges(
          text,
          [{ kind: 'remove rule', extension: key, server, id: ids[key]?.[index] ?? '' }],
          options,
        );
        expectTheRestAsItWas(
          text,
          after,
          { extension: key, server },
          entries.map((one) => one.key),
        );
        expect(idsIn(after, server)).toEqual({ ...ids, [key]: ids[key]?.filter((_, at) => at !== index) });
        const has = rulesIn(after, key, server).map(({ id: _, ...rule }) => rule);
        expect(has).toEqual(
          rulesIn(text, key, server)
            .filter((_, at) => at !== index)
            .map(({ id: _, ...rule }) => rule),
        );
      }),
      RUNS,
    );
  });

  it('moves a rule, and no Event ID changes', () => {
    fc.assert(
      fc.property(existingRule, fc.nat(), ({ config: { text, entries, server }, place: { key, index } }, pick) => {
        const ids = idsIn(text, server);
        const own = ids[key] ?? [];
        const id = own[index] ?? '';
        const before = [...own, undefined][pick % (own.length + 1)];
        const after = applyChanges(
          text,
          [{ kind: 'move rule', extension: key, server, id, ...(before !== undefined && { before }) }],
          options,
        );
        expectTheRestAsItWas(
          text,
          after,
          { extension: key, server },
          entries.map((one) => one.key),
        );
        const others = own.filter((one) => one !== id);
        const at = before === undefined ? others.length : others.indexOf(before);
        const wanted = before === id ? own : others.toSpliced(at, 0, id);
        expect(idsIn(after, server)).toEqual({ ...ids, [key]: wanted });
        const rule = (list: Written[], one: number) => ({ ...list[one], id: '' });
        const [old, now] = [rulesIn(text, key, server), rulesIn(after, key, server)];
        expect(wanted.map((_, where) => rule(now, where))).toEqual(wanted.map((one) => rule(old, own.indexOf(one))));
      }),
      RUNS,
    );
  });

  it('moves a rule to another extension, with its Event ID', () => {
    fc.assert(
      fc.property(existingRule, fc.nat(), ({ config: { text, entries, server }, place: { key, index } }, pick) => {
        const to = entries[pick % entries.length]?.key ?? '';
        if (to === key) return;
        const ids = idsIn(text, server);
        const id = ids[key]?.[index] ?? '';
        const after = applyChanges(text, [{ kind: 'move rule', extension: key, server, id, to }], options);
        expect(idsIn(after, server)).toEqual({
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
      fc.property(
        configArbitrary,
        fc.constantFrom('100', '103', '_3XX', 'a b', '*8'),
        ({ text, entries, server }, key) => {
          const keys = [...entries.map((one) => one.key), key];
          const settings = { did: '+1800', channels: ['PJSIP/desk7', 'SIP/Door phone'], notes: 'Lobby: left' };
          const given = key.startsWith('_') ? { notes: settings.notes } : settings;
          const added = applyChanges(
            text,
            [{ kind: 'add extension', extension: key, server, settings: given }],
            options,
          );
          expect(readEntry(added, { extension: key, server })).toEqual(given);
          expectTheRestAsItWas(text, added, { extension: key, server }, keys);
          const changed = applyChanges(
            added,
            [{ kind: 'change extension', extension: key, server, settings: { notes: null, did: '0101' } }],
            options,
          );
          expect(readEntry(changed, { extension: key, server })).toEqual({ ...given, notes: undefined, did: '0101' });
          const removed = applyChanges(added, [{ kind: 'remove extension', extension: key, server }], options);
          const [trimmed, original] = [removed, text].map((one) => one.trimEnd());
          expect(trimmed).toBe(original);
        },
      ),
      RUNS,
    );
  });

  it("copies a pattern's rules, with Event IDs of their own", () => {
    fc.assert(
      fc.property(configArbitrary, ({ text, entries, server }) => {
        const pattern = entries.find(({ key, rules }) => key.startsWith('_') && rules !== undefined);
        if (pattern === undefined) return;
        const after = applyChanges(
          text,
          [{ kind: 'own rules', extension: '177', server, from: { extension: pattern.key, server } }],
          options,
        );
        expectTheRestAsItWas(text, after, { extension: '177', server }, [...entries.map(({ key }) => key), '177']);
        const [copies, originals] = [rulesIn(after, '177', server), rulesIn(text, pattern.key, server)];
        expect(copies.map((rule) => asTexts({ ...rule, id: '' }))).toEqual(
          originals.map((rule) => asTexts({ ...rule, id: '' })),
        );
        const all = Object.values(idsIn(after, server)).flatMap((ids) => ids ?? []);
        expect(new Set(all).size).toBe(all.length);
        expect(idsOf({ extension: '177', server }, copies)).toEqual(idsIn(after, server)['177']);
      }),
      RUNS,
    );
  });
});
