import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCase } from './case-process.ts';
import { ROOT } from './paths.ts';

/** Outboxes with settled deliveries in them. */
export const SMALL_HISTORY = { rows: 10_000, file: join(ROOT, 'dist-bench/history-small.db') };
export const LARGE_HISTORY = { rows: 1_000_000, file: join(ROOT, 'dist-bench/history-large.db') };

/** Makes them; they take ten seconds and half a gigabyte. */
export async function makeHistories(): Promise<void> {
  for (const history of [SMALL_HISTORY, LARGE_HISTORY]) {
    removeHistory(history.file);
    await runCase('make-history', history);
  }
}

export function removeHistories(): void {
  for (const { file } of [SMALL_HISTORY, LARGE_HISTORY]) removeHistory(file);
}

/** With all that SQLite and the service have put beside it. */
function removeHistory(file: string): void {
  for (const name of readdirSync(dirname(file))) if (name.startsWith(basename(file))) rmSync(join(dirname(file), name));
}
