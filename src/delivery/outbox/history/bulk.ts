import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryFilter } from '../../admin.ts';
import { DISCARDED, RETRIED } from '../sqlite-admin.ts';
import { pathOf } from './path.ts';
import { type Place, scan } from './scan.ts';

/** The service waits for these to be written: some milliseconds with the disk. */
const AT_ONCE = 100;
/** And writes what it has before the next ones. */
const PAUSE_MS = 10;

/**
 * Sets deliveries to be sent again, or discards what is pending, a few at a time.
 * @param now milliseconds since 1970
 * @returns how many
 */
export async function changeAll(
  database: DatabaseSync,
  change: 'retry' | 'discard',
  filter: DeliveryFilter,
  now: number,
): Promise<number> {
  const wanted: DeliveryFilter = change === 'discard' ? { ...filter, state: 'pending' } : filter;
  const update = database.prepare(
    `UPDATE deliveries SET ${change === 'discard' ? DISCARDED : RETRIED}
    WHERE seq IN (SELECT value FROM json_each(?)) ${change === 'discard' ? "AND state = 'pending'" : ''}`,
  );
  const path = pathOf(database, wanted);
  let changed = 0;
  let place: Place | undefined;
  for (;;) {
    const options = {
      columns: 'seq, created_at',
      after: place,
      limit: AT_ONCE,
      deadline: performance.now() + PAUSE_MS,
    };
    const { rows, reached } = scan(database, path, options);
    if (rows.length > 0) changed += Number(update.run(now, JSON.stringify(rows.map(({ seq }) => seq))).changes);
    if (reached === undefined) return changed;
    place = reached;
    await sleep(PAUSE_MS);
  }
}
