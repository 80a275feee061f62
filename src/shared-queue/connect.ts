import { readFileSync } from 'node:fs';
import pg from 'pg';

const { Pool, types } = pg;
export type QueuePool = pg.Pool;

/** Numbers of PostgreSQL's type bigint: milliseconds and counts, which are far below 2^53. */
const INT8 = 20;
const CONNECT_MS = 5000;
/** A statement is a few milliseconds; one that hangs must not hang what waits for it. */
const STATEMENT_MS = 30_000;

/** How long something may take, in milliseconds, and how many connections there are at most. */
export interface QueueLimits {
  connectMs: number;
  /** The database itself ends a statement that takes longer. Absent: only waiting for it ends. */
  statementMs?: number;
  max: number;
}

const USUAL: QueueLimits = { connectMs: CONNECT_MS, max: 4 };

/**
 * The database of the queue, connected when it is first used.
 * @param url `postgres://user:password@host/database?sslmode=verify-full&sslrootcert=FILE`
 * @param name shown in pg_stat_activity
 */
export function connectQueue(
  url: string,
  name: string,
  onError: (error: Error) => void,
  { connectMs, statementMs, max }: QueueLimits = USUAL,
): QueuePool {
  const pool = new Pool({
    ...settingsOf(url),
    application_name: name,
    max,
    connectionTimeoutMillis: connectMs,
    // Where the database does not end it either.
    query_timeout: statementMs === undefined ? STATEMENT_MS : statementMs + connectMs,
    keepAlive: true,
    // By a statement of its own: a pooler between them refuses settings of a connection that it does not know.
    ...(statementMs !== undefined && {
      onConnect: async (client: pg.ClientBase) => void (await client.query(`SET statement_timeout = ${statementMs}`)),
    }),
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) },
  });
  // A connection that is cut while nothing uses it.
  pool.on('error', onError);
  return pool;
}

/** As libpq means `sslmode`: `require` encrypts, and `verify-full` also makes sure of who it is. */
function settingsOf(url: string): pg.PoolConfig {
  const { searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? 'prefer';
  const ca = searchParams.get('sslrootcert');
  const bare = new URL(url);
  for (const name of ['sslmode', 'sslrootcert']) bare.searchParams.delete(name);
  if (mode === 'disable' || mode === 'prefer' || mode === 'allow') return { connectionString: bare.href };
  const checks = mode === 'require' ? { rejectUnauthorized: false } : { rejectUnauthorized: true };
  return {
    connectionString: bare.href,
    ssl: {
      ...checks,
      ...(ca !== null && { ca: readFileSync(ca, 'utf8') }),
      // The certificate is of the house, and the name need not be in it.
      ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    },
  };
}
