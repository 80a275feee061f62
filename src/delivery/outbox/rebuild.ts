import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery } from '../delivery.ts';
import type { PendingDelivery } from '../pending-delivery.ts';
import { applyChange } from './apply-change.ts';
import type { MemoryCopy } from './memory-copy.ts';
import { migrate } from './migrations.ts';
import { deliveryFrom } from './pending-rows.ts';
import { placeFile } from './place-file.ts';
import { prepareStatements } from './statements.ts';

/** Written in one turn of the event loop. */
const AT_ONCE = 500;

export interface Rebuilding {
  /** Its file was overwritten: what is still in its log, or in SQLite's memory, can be read. */
  harmed: DatabaseSync;
  memory: MemoryCopy;
  /** All that is pending; what is not among it is history, or of the file that has overwritten ours. */
  pending: readonly PendingDelivery[];
}

/**
 * Writes a new outbox to a path, where nothing may be when it is ready, of what is known in memory. The path has all of it or nothing.
 * @param makeRoom is called when the new one is ready: it removes what is at the path
 * @returns how many pending deliveries could not be found anywhere
 */
export async function rebuildOutbox(path: string, what: Rebuilding, makeRoom: () => void): Promise<number> {
  return placeFile(path, (copy) => fill(copy, what), makeRoom);
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
    applyChange(statements, { calls, facts: Object.fromEntries(memory.facts) }, ignore);
    for (const suspend of memory.suspended) applyChange(statements, { suspend }, ignore);
    let lost = 0;
    for (const [index, one] of pending.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await turn();
      const delivery = memory.deliveries.get(one.id) ?? readFrom(harmed, one);
      if (delivery === undefined) {
        lost++;
        continue;
      }
      const { attempts, refusals, nextAt = null, windowStartedAt, attemptsBeforeWindow, callId, id } = one;
      applyChange(statements, { deliveries: [delivery] }, ignore);
      schedule.run(attempts, refusals, nextAt, windowStartedAt, attemptsBeforeWindow, callId, id);
    }
    database.exec('COMMIT');
    return lost;
  } finally {
    database.close();
  }
}

/** A delivery out of a file that is damaged, or of which parts are another file's. Its id is derived from what it is about. */
function readFrom(harmed: DatabaseSync, { callId, id }: PendingDelivery): Delivery | undefined {
  try {
    const row = harmed.prepare('SELECT * FROM deliveries WHERE call_id = ? AND id = ?').get(callId, id);
    return row && deliveryFrom(row);
  } catch {
    return undefined;
  }
}
