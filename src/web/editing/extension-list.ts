import type { Config, ExtensionEntry } from '../../config/config.ts';
import type { Extensions } from '../../config/directory/extensions.ts';

/** An entry of config.yaml in a list. */
export interface ListedExtension {
  /** `101`, `_1XX`. */
  name: string;
  isPattern: boolean;
  /** The Asterisk server whose own entry it is; absent: it is there for all servers. */
  server?: string;
  did?: string;
  notes?: string;
  /** Absent: its default channels, by its name or a pattern. */
  channels?: readonly string[];
  queue?: string;
  line?: readonly string[];
  /** The key that its rules stand under; absent: it has no rules. */
  rulesFrom?: string;
  /** The Event IDs of its rules, disabled ones too. */
  ids: readonly string[];
}

/**
 * Every active entry, in the order of the file.
 * @param extensionsOf the extensions of the same configuration, of one server or for all
 */
export function listExtensions(
  { extensions: entries }: Config,
  extensionsOf: (server: string | undefined) => Extensions,
): ListedExtension[] {
  return entries.map((entry) => listed(entry, extensionsOf(entry.server)));
}

function listed(
  { key, server, pattern, did, notes, channels, queue, line, rules }: ExtensionEntry,
  extensions: Extensions,
) {
  const inherited = rules === undefined && pattern === undefined;
  const rulesFrom = inherited ? extensions.sourceOf(key).rules : rules && key;
  const all = inherited ? extensions.rulesOf(key) : (rules ?? []);
  return {
    name: key,
    isPattern: pattern !== undefined,
    ...(server !== undefined && { server }),
    ...(did !== undefined && { did }),
    ...(notes !== undefined && { notes }),
    ...(channels !== undefined && { channels }),
    ...(queue !== undefined && { queue }),
    ...(line !== undefined && { line }),
    ...(rulesFrom !== undefined && { rulesFrom }),
    ids: all.map(({ id }) => id),
  };
}

/** The entries that contain every word in their name, DID, notes or channels, or are patterns that match the word. */
export function searchExtensions(
  all: readonly ListedExtension[],
  text: string,
  entries: readonly ExtensionEntry[],
): readonly ListedExtension[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return all;
  const [only = '', ...more] = words;
  return all.filter(({ name, did = '', notes = '', channels = [], queue = '', line = [] }, index) => {
    const has = [name, did, notes, queue, ...channels, ...line].join('\n').toLowerCase();
    if (words.every((word) => has.includes(word))) return true;
    return more.length === 0 && entries[index]?.pattern?.matches(only) === true;
  });
}
