import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config, ExtensionEntry } from '../config.ts';
import { ConfigError, type Problem } from '../config-problem.ts';
import { parsePattern } from '../dialplan-pattern.ts';

/** A configuration that was read and checked, and its text. */
export interface ReadConfig {
  config: Config;
  text: string;
}

/** An entry as it travels between threads: a pattern's functions do not, and are made again from its text. */
type SentEntry = Omit<ExtensionEntry, 'pattern'> & { isPattern: boolean };

/** What the worker thread sends: the configuration in pieces, or why there is none. */
export type ConfigPiece =
  | { kind: 'entries'; entries: SentEntry[] }
  | { kind: 'rest'; rest: Omit<Config, 'extensions'>; text: string }
  | { kind: 'problems'; problems: readonly Problem[] };

/** Entries in one piece: the thread that receives it is busy with it for some 3 ms. */
const ENTRIES_AT_ONCE = 250;

/** @param text the text of config.yaml */
export function* toPieces({ extensions, ...rest }: Config, text: string): Generator<ConfigPiece> {
  for (let from = 0; from < extensions.length; from += ENTRIES_AT_ONCE) {
    const entries = extensions
      .slice(from, from + ENTRIES_AT_ONCE)
      .map(({ pattern, ...entry }) => ({ ...entry, isPattern: pattern !== undefined }));
    yield { kind: 'entries', entries };
  }
  yield { kind: 'rest', rest, text };
}

/**
 * Takes the pieces of a thread, one after the other: an event of Asterisk waits for no more than one of them.
 * @param file as the user named it
 * @param nextPiece asks the thread for one
 * @throws ConfigError with what is wrong with config.yaml
 */
export async function fromPieces(file: string, nextPiece: () => Promise<ConfigPiece>): Promise<ReadConfig> {
  const extensions: ExtensionEntry[] = [];
  for (;;) {
    const piece = await nextPiece();
    if (piece.kind === 'problems') throw new ConfigError(file, piece.problems);
    if (piece.kind === 'rest') return { config: { ...piece.rest, extensions }, text: piece.text };
    for (const entry of piece.entries) extensions.push(toEntry(entry));
    // Events that have come meanwhile go first.
    await nextTurn();
  }
}

function toEntry({ isPattern, ...entry }: SentEntry): ExtensionEntry {
  return { ...entry, pattern: isPattern ? parsePattern(entry.key) : undefined };
}
