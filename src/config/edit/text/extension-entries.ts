import { isAlias, visit } from 'yaml';
import type { JsonTemplate } from '../../config.ts';
import { type ExtensionExcerpt, extensionExcerpt, indexEntries } from '../../yaml/extension-excerpt.ts';
import type { EntryPlace, Written } from '../config-change.ts';
import { EditRefused, writtenOddly } from '../edit-refused.ts';
import { applyStep, type YamlStep } from './apply-step.ts';
import { isJsonMap, isSameValue, type JsonMap, writtenValue } from './written-value.ts';
import { documentOf, type Path } from './yaml-ranges.ts';
import type { YamlStyle } from './yaml-style.ts';

/** The entries for all servers, or one server's own, as they are written. */
interface EntryMap {
  /** The path of the map that they are in. */
  path: Path;
  entries: JsonMap;
  /** Everything else in config.yaml. */
  rest: JsonMap;
}

/** @throws EditRefused when it is no YAML, or has no such server */
export function entryMapOf(text: string, server: string | undefined): EntryMap {
  const document = documentOf(text);
  const whole = asMap(writtenValue(document.contents, document));
  if (server === undefined) {
    const { extensions, ...rest } = whole;
    return { path: ['extensions'], entries: asMap(extensions), rest };
  }
  const servers = Array.isArray(whole.asterisk) ? whole.asterisk : [];
  const index = servers.findIndex((one) => asMap(one).name === server);
  if (index < 0) throw new EditRefused(`asterisk in config.yaml has no server ${server}`);
  const { extensions, ...others } = asMap(servers[index]);
  const rest = { ...whole, asterisk: servers.with(index, others) };
  return { path: ['asterisk', index, 'extensions'], entries: asMap(extensions), rest };
}

const asMap = (value: JsonTemplate | undefined): JsonMap => (isJsonMap(value) ? value : {});

/**
 * An entry as it is written; absent when there is none. @throws EditRefused when it is no YAML, or has no such server
 */
export function readEntry(source: string, place: EntryPlace): Written | undefined {
  const { entries } = entryMapOf(excerptOf(source, place)?.text ?? source, place.server);
  return Object.hasOwn(entries, place.extension) ? asMap(entries[place.extension]) : undefined;
}

/** The keys of the entries for all servers, or of one server's own, in their order. */
export function keysOf(source: string, server: string | undefined): string[] {
  const index = server === undefined ? indexEntries(source) : undefined;
  return index === undefined ? Object.keys(entryMapOf(source, server).entries) : [...index.entries.keys()];
}

/**
 * The part of a text that one entry is written in. Absent when it has anchors or aliases, which reach further, and for
 * a server's own entry: the list of servers is read as a whole.
 */
export function excerptOf(source: string, { extension, server }: EntryPlace): ExtensionExcerpt | undefined {
  const part = server === undefined ? extensionExcerpt(source, extension) : undefined;
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

/**
 * Applies the steps, and verifies that the result has the wanted entry and no other difference.
 * @param part the part of the text that is changed; absent: the whole text
 */
export function takeSteps(
  source: string,
  part: ExtensionExcerpt | undefined,
  steps: readonly YamlStep[],
  style: YamlStyle,
  place: EntryPlace,
  wanted: Written | undefined,
): string {
  const before = part?.text ?? source;
  const after = steps.reduce((text, step) => applyStep(text, step, style), before);
  const result = part === undefined ? after : part.putBack(after);
  if (result === undefined) throw writtenOddly();
  verify(before, after, place, wanted);
  return result;
}

function verify(before: string, after: string, { extension, server }: EntryPlace, wanted: Written | undefined): void {
  const [old, now] = [entryMapOf(before, server), entryMapOf(after, server)];
  const changed = [...new Set([...Object.keys(old.entries), ...Object.keys(now.entries)])].filter(
    (one) => one !== extension && !isSameValue(old.entries[one], now.entries[one]),
  );
  if (changed.length > 0)
    throw new EditRefused(
      `this would change ${changed.slice(0, 5).join(', ')} as well, by an alias (*name). Write it out in config.yaml to change it here`,
    );
  const has = now.entries[extension];
  const isAsWanted = wanted === undefined ? has === undefined : isSameValue(asMap(has), wanted);
  if (!isAsWanted || !isSameValue(old.rest, now.rest)) throw writtenOddly();
}
