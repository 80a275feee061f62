import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryFilter } from '../admin.ts';
import type { HistoryTables } from './history-tables.ts';
import { shortestPaths } from './index-choice.ts';
import { type Place, scanRows } from './scan-rows.ts';

/** Deliveries changed in one transaction. Sending waits for it: some milliseconds with the disk. */
const AT_ONCE = 100;
/** Sending goes on in this pause before the next transaction. */
const PAUSE_MS = 10;

/**
 * Sets deliveries to be sent again, or discards pending ones, a few at a time.
 * @param now milliseconds since 1970
 * @returns how many
 */
export async function changeAll(
  tables: HistoryTables,
  change: 'retry' | 'discard',
  filter: DeliveryFilter,
  now: number,
): Promise<number> {
  const wanted: DeliveryFilter = change === 'discard' ? { ...filter, state: 'pending' } : filter;
  const paths = await shortestPaths(tables, wanted);
  let changed = 0;
  let place: Place | undefined;
  for (;;) {
    const options = {
      columns: 'seq, created_at',
      after: place,
      limit: AT_ONCE,
      deadline: performance.now() + PAUSE_MS,
    };
    const { rows, reached } = await scanRows(tables, paths, options);
    const seqs = rows.map(({ seq }) => Number(seq));
    if (seqs.length > 0) changed += await tables.change(change, seqs, now);
    if (reached === undefined) return changed;
    place = reached;
    await sleep(PAUSE_MS);
  }
}
