import type { Config, Rule } from '../config.ts';
import { ConfigError, type Problem } from '../config-problem.ts';
import { parseConfig } from '../load.ts';
import type { LoadOptions } from '../load-options.ts';
import { indexEntries } from '../yaml/extension-excerpt.ts';
import type { Change, EntryPlace } from './config-change.ts';
import { type Hunk, hunksBetween } from './line-diff.ts';
import { applyChanges, type EditOptions } from './text/apply-changes.ts';

/** The result of changes to config.yaml, before it is written. */
export interface Preview {
  /** The whole file afterwards. */
  text: string;
  /** The lines that change; with the secrets that stand in them. */
  hunks: Hunk[];
  /** The problems of the new text, in the words of `check`; with any, it must not be written. */
  problems: readonly Problem[];
  /** The new rules of the extensions that change, by the extensions' keys; none when there are problems. */
  rules: Readonly<Record<string, readonly Rule[]>>;
  /** The secrets of the new configuration; none when there are problems. */
  secrets: readonly string[];
  /** The new configuration; absent when there are problems. Of a draft only a part. */
  config: Config | undefined;
}

/**
 * @param source the text of config.yaml
 * @param file as the user named it
 * @param options `isDraft`: the change is only previewed, and need not be checked against ten thousand other extensions
 *   yet
 * @throws EditRefused when the change cannot be made
 */
export function previewChanges(
  source: string,
  file: string,
  changes: readonly Change[],
  options: LoadOptions & EditOptions & { isDraft?: boolean },
): Preview {
  const text = applyChanges(source, changes, options);
  const hunks = hunksBetween(source, text);
  try {
    const config = parseConfig(options.isDraft === true ? withoutOthers(text, changes) : text, file, options);
    return { text, hunks, problems: [], rules: rulesOfChanged(config, changes), secrets: config.secrets, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { text, hunks, problems: error.problems, rules: {}, secrets: [], config: undefined };
  }
}

/** Smaller files are checked as a whole in no time. */
const LARGE = 200_000;

/** A large text without the entries that do not change: conflicts between entries are found when it is saved. */
function withoutOthers(text: string, changes: readonly Change[]): string {
  const isOfOne = changes.some(({ server }) => server !== undefined);
  const index = text.length < LARGE || isOfOne ? undefined : indexEntries(text);
  if (index === undefined) return text;
  const keys = new Set(changes.flatMap((change) => placesIn(change).map(({ extension }) => extension)));
  const all = [...index.entries];
  const kept = all.filter(([key]) => keys.has(key)).map(([, { start, end }]) => text.slice(start, end));
  if (kept.length === 0) return text;
  const end = all.at(-1)?.[1].end ?? index.headEnd;
  return text.slice(0, index.headEnd) + kept.join('') + text.slice(end);
}

const placesIn = (change: Change): EntryPlace[] => [
  change,
  ...(change.kind === 'move rule' && change.to ? [{ ...change, extension: change.to }] : []),
];

function rulesOfChanged({ extensions }: Config, changes: readonly Change[]): Preview['rules'] {
  const changed = changes.flatMap(placesIn);
  return Object.fromEntries(
    extensions.flatMap(({ key, server, rules }) =>
      changed.some((one) => one.extension === key && one.server === server) ? [[key, rules ?? []]] : [],
    ),
  );
}
