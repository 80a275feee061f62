import type { DeliveryCount, SuspendedRule } from '../delivery/admin.ts';
import { connectQueue, type QueuePool } from './connect.ts';
import { LISTENER } from './due-listener.ts';
import { QUEUE_VERSION } from './migrations.ts';
import { viewQueue } from './queue-admin.ts';
import { isDenied } from './sqlstate.ts';

/** Who uses the queue: each needs other rights. */
export type QueueRole = 'service' | 'worker';

/** What was seen in one visit to the shared queue, in which nothing was changed. */
export interface QueueInspection {
  /** Whether this user may see the tables at all. */
  maySee: boolean;
  /** Of its tables; absent: there are none, or they may not be seen. */
  version: number | undefined;
  /** The version that this program needs. */
  wanted: number;
  /** Rights that this user lacks: `INSERT on rules`. */
  missing: string[];
  /** How many workers are connected. */
  workers: number;
  counts: DeliveryCount[];
  /** Empty where this user may not see them. */
  suspended: SuspendedRule[];
}

/** The rights of docs/scaling.md; `UPDATE (target)` is that of one column. */
export const QUEUE_RIGHTS: Readonly<Record<QueueRole, readonly string[]>> = {
  service: [
    ...['SELECT on deliveries', 'INSERT on deliveries'],
    ...['UPDATE (target) on deliveries', 'UPDATE (next_at) on deliveries'],
    ...['SELECT (revision) on rules', 'INSERT on rules'],
    ...['SELECT on sources', 'INSERT on sources', 'UPDATE on sources'],
    // What two services on one Asterisk know of each other.
    ...['services', 'open_calls'].flatMap((table) =>
      ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((right) => `${right} on ${table}`),
    ),
  ],
  worker: [
    ...['SELECT on deliveries', 'UPDATE on deliveries', 'DELETE on deliveries'],
    ...['SELECT on attempts', 'INSERT on attempts', 'SELECT on suspended', 'INSERT on suspended'],
    ...['SELECT on rules', 'SELECT on sources'],
  ],
};

/** @param since of which deliveries are counted, milliseconds since 1970 @throws why there is no connection */
export async function inspectQueue(url: string, role: QueueRole, since: number): Promise<QueueInspection> {
  const pool = connectQueue(url, 'call-events doctor', () => undefined);
  try {
    const nothing = { wanted: QUEUE_VERSION, missing: [], workers: 0, counts: [], suspended: [] };
    const { version, maySee } = await versionOf(pool);
    if (version === undefined) return { ...nothing, maySee, version };
    const missing = await missingRights(pool, role);
    const admin = viewQueue(pool);
    return {
      ...nothing,
      maySee,
      version,
      missing,
      workers: await workersOf(pool),
      counts: await whereAllowed(() => admin.counts({ since }), []),
      suspended: await whereAllowed(() => admin.suspended(), []),
    };
  } finally {
    await pool.end();
  }
}

async function versionOf(pool: QueuePool): Promise<Pick<QueueInspection, 'version' | 'maySee'>> {
  const { rows } = await pool.query<{ oid: unknown }>("SELECT to_regnamespace('call_events') AS oid");
  if (rows[0]?.oid == null) return { version: undefined, maySee: true };
  const denied: Pick<QueueInspection, 'version' | 'maySee'> = { version: undefined, maySee: false };
  return whereAllowed<Pick<QueueInspection, 'version' | 'maySee'>>(async () => {
    const found = await pool.query<{ version: number }>('SELECT version FROM call_events.version');
    return { version: found.rows[0]?.version, maySee: true };
  }, denied);
}

async function missingRights(pool: QueuePool, role: QueueRole): Promise<string[]> {
  const missing: string[] = [];
  for (const right of QUEUE_RIGHTS[role]) {
    const [, name, column, table] = /^(\w+)(?: \((\w+)\))? on (\w+)$/.exec(right) ?? [];
    const { rows } =
      column === undefined
        ? await pool.query('SELECT has_table_privilege($1, $2) AS has', [`call_events.${table}`, name])
        : await pool.query('SELECT has_column_privilege($1, $2, $3) AS has', [`call_events.${table}`, column, name]);
    if (rows[0]?.has !== true) missing.push(right);
  }
  return missing;
}

/** Each worker keeps a connection that listens, under this name, which every user may see. */
async function workersOf(pool: QueuePool): Promise<number> {
  const { rows } = await pool.query(
    'SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [LISTENER],
  );
  return Number(rows[0]?.count ?? 0);
}

async function whereAllowed<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isDenied(error)) return otherwise;
    throw error;
  }
}
