import { DELIVERY_STATES, type DeliveryFilter, type DeliveryState } from '../delivery/admin.ts';
import type { Condition } from '../delivery/delivery-filter.ts';
import type { HistoryTables, Row, Way } from '../delivery/history/history-tables.ts';
import { LAST_COLUMNS } from '../delivery/history/last-deliveries.ts';
import type { QueuePool } from './connect.ts';
import { changeDeliveries, DELIVERIES, numbered, OF_SOURCE } from './queue-sql.ts';

/** Looked at one by one, from the index of extensions, in one statement. */
const EXTENSIONS_AT_ONCE = 300;
/** Of each source and state, for the names of targets. */
const TARGETS_OF = 1000;

/** The tables of the shared queue, as far as they are of one service's Asterisk servers. */
export class QueueTables implements HistoryTables {
  readonly dialect = OF_SOURCE;
  readonly #pool: QueuePool;
  readonly #sources: () => readonly string[];

  /** @param sources of the service, as it is configured now */
  constructor(pool: QueuePool, sources: () => readonly string[]) {
    this.#pool = pool;
    this.#sources = sources;
  }

  async rows(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.#pool.query(numbered(sql), [...values]);
    return rows;
  }

  wayTo(part: keyof DeliveryFilter | 'all'): Way | undefined {
    const isSought = true;
    switch (part) {
      case 'ids':
      case 'callId':
      case 'extension':
      case 'ruleId':
      case 'state':
        return { from: DELIVERIES, branches: this.#sources().map((source) => [ofSource(source)]), isSought };
      // What was delivered has none.
      case 'reason':
        return { from: DELIVERIES, branches: this.#branches(['pending', 'dead']), isSought: false };
      case 'all':
        return { from: DELIVERIES, branches: this.#branches(DELIVERY_STATES), isSought };
      default:
        return undefined;
    }
  }

  async newestOf(column: 'extension' | 'event_id', names: readonly string[], most: number): Promise<Row[]> {
    return this.rows(
      `SELECT d.* FROM unnest(?::text[]) s(source) CROSS JOIN unnest(?::text[]) n(name) CROSS JOIN LATERAL (
        SELECT ${LAST_COLUMNS} FROM ${DELIVERIES} WHERE source = s.source AND ${column} = n.name
        ORDER BY created_at DESC, seq DESC LIMIT ?) d`,
      [this.#sources(), names, most],
    );
  }

  async extensionsAfter(name: string): Promise<string[]> {
    const next = (after: string) => `SELECT min(e.extension) FROM unnest(?::text[]) s(source) CROSS JOIN LATERAL (
      SELECT extension FROM ${DELIVERIES} WHERE source = s.source AND extension > ${after} ORDER BY extension LIMIT 1) e`;
    const rows = await this.rows(
      `WITH RECURSIVE names AS (
        SELECT (${next('?')}) AS name
        UNION ALL SELECT (${next('n.name')}) FROM names n WHERE n.name IS NOT NULL
      ) SELECT name FROM names WHERE name IS NOT NULL LIMIT ${EXTENSIONS_AT_ONCE}`,
      [this.#sources(), name, this.#sources()],
    );
    return rows.map((row) => String(row.name));
  }

  /** Those of the newest deliveries. */
  async targets(): Promise<string[]> {
    const rows = await this.rows(
      `SELECT DISTINCT d.target FROM unnest(?::text[]) s(source) CROSS JOIN unnest(?::text[]) t(state) CROSS JOIN LATERAL (
        SELECT target FROM ${DELIVERIES} WHERE source = s.source AND state = t.state
        ORDER BY created_at DESC, seq DESC LIMIT ${TARGETS_OF}) d ORDER BY d.target LIMIT 1000`,
      [this.#sources(), DELIVERY_STATES],
    );
    return rows.map((row) => String(row.target));
  }

  async minutes(from: number, until: number): Promise<Row[]> {
    return this.rows(
      `SELECT state, created_at / 60000 AS minute, count(*) AS count FROM ${DELIVERIES}
      WHERE source = ANY (?::text[]) AND state = ANY (?::text[]) AND created_at >= ? AND created_at < ? GROUP BY state, minute`,
      [this.#sources(), DELIVERY_STATES, from, until],
    );
  }

  async attempts({ source, id }: Row): Promise<Row[]> {
    return this.rows('SELECT * FROM call_events.attempts WHERE source = ? AND delivery = ? ORDER BY number', [
      source,
      id,
    ]);
  }

  async suspended(): Promise<Row[]> {
    return this.rows(
      `SELECT event_id, min(since) AS since, min(reason) AS reason FROM call_events.suspended
      WHERE source = ANY (?::text[]) GROUP BY event_id ORDER BY since`,
      [this.#sources()],
    );
  }

  /** @param _now the database's clock counts */
  async change(change: 'retry' | 'discard', seqs: readonly number[], _now: number): Promise<number> {
    const which = `seq = ANY (?::bigint[]) AND source = ANY (?::text[])`;
    return changeDeliveries(this.#pool, change, which, [seqs, this.#sources()]);
  }

  async resume(ruleId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'DELETE FROM call_events.suspended WHERE event_id = $1 AND source = ANY ($2::text[])',
      [ruleId, this.#sources()],
    );
    return (rowCount ?? 0) > 0;
  }

  #branches(states: readonly DeliveryState[]): Condition[][] {
    return this.#sources().flatMap((source) =>
      states.map((state) => [ofSource(source), { sql: 'state = ?', values: [state] }]),
    );
  }
}

const ofSource = (source: string): Condition => ({ sql: 'source = ?', values: [source] });
