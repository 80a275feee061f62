import pg from 'pg';
import { cpuMsOf } from './cpu-time.ts';

/** What PostgreSQL has done since its start. */
export interface DatabaseUse {
  /** CPU time of the processes that are there now, in milliseconds. */
  cpuMs: number;
  /** Deliveries in the queue, sent or not. */
  rows: number;
  /** Writes of its log to the disk. */
  syncs: number;
  /** Bytes of its log. */
  logged: number;
}

const USE = `SELECT (SELECT count(*) FROM call_events.deliveries)::float AS rows,
  (SELECT wal_sync FROM pg_stat_wal)::float AS syncs, (SELECT wal_bytes FROM pg_stat_wal)::float AS logged,
  (SELECT array_agg(pid) FROM pg_stat_activity) AS pids`;
const SIZE = `SELECT pg_total_relation_size('call_events.deliveries')::float AS deliveries,
  pg_total_relation_size('call_events.attempts')::float AS attempts`;
const AGAIN = `SELECT (SELECT count(*) FROM call_events.attempts WHERE outcome = 'retry')::int AS retried,
  (SELECT sum(claim) FROM call_events.deliveries)::int - (SELECT count(*) FROM call_events.attempts)::int AS reclaimed`;
const CONNECTIONS = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'call-events%'`;

/** Looks at a PostgreSQL from outside; its statements are few. */
export class DatabaseWatch {
  readonly #client: pg.Client;
  #connections = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#client = new pg.Client({ connectionString: url, application_name: 'bench' });
  }

  async start(): Promise<void> {
    await this.#client.connect();
    this.#timer = setInterval(() => void this.#count(), 1000);
  }

  /** Resolves when the rules of so many Asterisk servers are published. */
  async published(servers: number): Promise<void> {
    for (;;) {
      const { rows } = await this.#client.query<{ count: number }>('SELECT count(*)::int FROM call_events.sources');
      if ((rows[0]?.count ?? 0) >= servers) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The most connections of services and workers that were seen at once. */
  get connections(): number {
    return this.#connections;
  }

  async use(): Promise<DatabaseUse> {
    const { rows } = await this.#client.query<Omit<DatabaseUse, 'cpuMs'> & { pids: number[] }>(USE);
    const [{ pids, ...use } = { pids: [], rows: 0, syncs: 0, logged: 0 }] = rows;
    return { ...use, cpuMs: pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0) };
  }

  /** Bytes on disk, with their indexes. */
  async size(): Promise<{ deliveries: number; attempts: number }> {
    const { rows } = await this.#client.query<{ deliveries: number; attempts: number }>(SIZE);
    return rows[0] ?? { deliveries: 0, attempts: 0 };
  }

  /** Attempts that came to nothing, and deliveries that another worker has claimed because a lease had ended. */
  async again(): Promise<{ retried: number; reclaimed: number }> {
    const { rows } = await this.#client.query<{ retried: number; reclaimed: number }>(AGAIN);
    return rows[0] ?? { retried: 0, reclaimed: 0 };
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.end();
  }

  async #count(): Promise<void> {
    const { rows } = await this.#client.query<{ count: number }>(CONNECTIONS);
    this.#connections = Math.max(this.#connections, rows[0]?.count ?? 0);
  }
}
