import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery } from '../delivery.ts';
import type { PendingDelivery } from '../pending-delivery.ts';
import type { CopyForRebuild } from './copy-for-rebuild.ts';
import { createDatabaseFile } from './create-database-file.ts';
import { migrate } from './migrations.ts';
import { deliveryFrom } from './pending-rows.ts';
import { prepareStatements } from './statements.ts';
import { writeChange } from './write-change.ts';

/** Written in one turn of the event loop. */
const AT_ONCE = 500;

export interface Rebuilding {
  /** The database whose file was overwritten: rows in its log, or in SQLite's memory, can still be read. */
  harmed: DatabaseSync;
  memory: CopyForRebuild;
  /** All pending deliveries; other rows are history, or come from the file that has overwritten ours. */
  pending: readonly PendingDelivery[];
}

/**
 * Writes a new outbox to a path, where nothing may be when it is ready, of what is known in memory. The path has all of
 * it or nothing.
 * @param makeRoom is called when the new one is ready: it removes what is at the path
 * @returns how many pending deliveries could not be found anywhere
 */
export async function rebuildOverwrittenFile(path: string, what: Rebuilding, makeRoom: () => void): Promise<number> {
  return createDatabaseFile(path, (copy) => fill(copy, what), makeRoom);
}

async function fill(copy: string, { harmed, memory, pending }: Rebuilding): Promise<number> {
  const database = new DatabaseSync(copy);
  try {
    migrate(database);
    const statements = prepareStatements(database);
    const schedule = database.prepare(`UPDATE deliveries SET attempts = ?, refusals = ?, next_at = ?, window_at = ?,
      window_attempts = ? WHERE call_id = ? AND id = ?`);
    const ignore = () => undefined;
    database.exec('BEGIN');
    const calls = [...memory.calls].map(([callId, state]) => ({ callId, state }));
    writeChange(statements, { calls, facts: Object.fromEntries(memory.facts) }, ignore);
    for (const suspend of memory.suspended) writeChange(statements, { suspend }, ignore);
    let lost = 0;
    for (const [index, one] of pending.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await turn();
      const delivery = memory.deliveries.get(one.id) ?? readFrom(harmed, one);
      if (delivery === undefined) {
        lost++;
        continue;
      }
      const { attempts, refusals, nextAt = null, windowStartedAt, attemptsBeforeWindow, callId, id } = one;
      writeChange(statements, { deliveries: [delivery] }, ignore);
      schedule.run(attempts, refusals, nextAt, windowStartedAt, attemptsBeforeWindow, callId, id);
    }
    database.exec('COMMIT');
    return lost;
  } finally {
    database.close();
  }
}

/** A delivery from a file that is damaged, or partly another file's. Its derived id shows that it is the right one. */
function readFrom(harmed: DatabaseSync, { callId, id }: PendingDelivery): Delivery | undefined {
  try {
    const row = harmed.prepare('SELECT * FROM deliveries WHERE call_id = ? AND id = ?').get(callId, id);
    return row && deliveryFrom(row);
  } catch {
    return undefined;
  }
}
