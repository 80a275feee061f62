import type { ConfigPiece } from '../background/config-pieces.ts';
import type { Problem } from '../config-problem.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Change, EntryPlace, Written } from './config-change.ts';
import type { Preview } from './preview-changes.ts';

/** The input of the editor's thread. */
export interface EditorInput {
  /** config.yaml, as the user named it. */
  file: string;
  /** As the service reads it. */
  options: LoadOptions;
}

/** One entry as it is written, with the Event IDs of its own rules, in their order. */
export interface WrittenEntry {
  place: EntryPlace;
  entry: Written;
  /** Absent where it has no list of its own. */
  ids?: string[];
}

export type EditRequest =
  | { kind: 'read'; places: readonly EntryPlace[] }
  /** @property revision of the text that the changes are meant for; left out: the current text */
  | { kind: 'preview'; changes: readonly Change[]; revision?: string; write: boolean }
  /** The next piece of the configuration that was written last. */
  | { kind: 'next piece' };

export type EditAnswer =
  | { kind: 'read'; revision: string; entries: WrittenEntry[] }
  | ({ kind: 'preview'; revision: string; isWritten: boolean } & Omit<Preview, 'text' | 'config'>)
  | { kind: 'piece'; piece: ConfigPiece }
  | { kind: 'refused'; message: string }
  | { kind: 'changed meanwhile' }
  /** config.yaml itself cannot be read. */
  | { kind: 'unreadable'; problems: readonly Problem[] }
  | { kind: 'failed'; message: string };
