import type { DatabaseSync } from 'node:sqlite';
import type { DeliveryFilter } from '../../admin.ts';
import type { Condition, SqlValue } from '../../delivery-filter.ts';
import type { HistoryTables, Row, Way } from '../../history/history-tables.ts';
import { LAST_COLUMNS } from '../../history/last-deliveries.ts';
import { DISCARDED, RETRIED, SQLITE_DIALECT, SqliteAdmin } from '../sqlite-admin.ts';

/** The index for each field of a filter, with the newest rows first; migrations.ts creates them. */
const INDEX: Partial<Record<keyof DeliveryFilter | 'all', string>> = {
  callId: 'deliveries_call',
  extension: 'deliveries_extension',
  ruleId: 'deliveries_rule',
  state: 'deliveries_state',
  target: 'deliveries_target',
  event: 'deliveries_event',
  // Of those alone that have a reason: few, where all is well.
  reason: 'deliveries_reason',
  all: 'deliveries_created',
};
const HAS_REASON: Condition = { sql: 'reason IS NOT NULL', values: [] };
const INDEX_OF = { extension: INDEX.extension, event_id: INDEX.ruleId } as const;

/** The tables of an outbox's file. */
export class SqliteTables implements HistoryTables {
  readonly dialect = SQLITE_DIALECT;
  readonly #database: DatabaseSync;
  readonly #writable: () => DatabaseSync;

  /** @param writable only when something is changed */
  constructor(database: DatabaseSync, writable: () => DatabaseSync = () => database) {
    this.#database = database;
    this.#writable = writable;
  }

  async rows(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return this.#database.prepare(sql).all(...values);
  }

  wayTo(part: keyof DeliveryFilter | 'all'): Way | undefined {
    // By SQLite's own choice.
    if (part === 'ids') return { from: 'deliveries', branches: [[]], isSought: true };
    const index = INDEX[part];
    if (index === undefined) return undefined;
    const hasOwn = part !== 'reason';
    return { from: `deliveries INDEXED BY ${index}`, branches: [hasOwn ? [] : [HAS_REASON]], isSought: hasOwn };
  }

  async newestOf(column: 'extension' | 'event_id', names: readonly string[], most: number): Promise<Row[]> {
    const newest = this.#database.prepare(
      `SELECT ${LAST_COLUMNS} FROM deliveries INDEXED BY ${INDEX_OF[column]} WHERE ${column} = ?
      ORDER BY created_at DESC, seq DESC LIMIT ?`,
    );
    return names.flatMap((name) => newest.all(name, most));
  }

  async extensionsAfter(name: string): Promise<string[]> {
    return this.#after('extension', 'deliveries_extension', name, 1);
  }

  async targets(): Promise<string[]> {
    return this.#after('target', 'deliveries_target', '', 1000);
  }

  async minutes(from: number, until: number): Promise<Row[]> {
    // Through the index alone.
    return this.#database
      .prepare(
        `SELECT state, created_at / 60000 AS minute, count(*) AS count FROM deliveries INDEXED BY deliveries_state
        WHERE state IN ('delivered', 'dead', 'pending') AND created_at >= ? AND created_at < ? GROUP BY state, minute`,
      )
      .all(from, until);
  }

  async attempts({ seq }: Row): Promise<Row[]> {
    return this.#database.prepare('SELECT * FROM attempts WHERE delivery = ? ORDER BY number').all(Number(seq));
  }

  async suspended(): Promise<Row[]> {
    return this.#database.prepare('SELECT * FROM suspended ORDER BY since').all();
  }

  async change(change: 'retry' | 'discard', seqs: readonly number[], now: number): Promise<number> {
    const isDiscard = change === 'discard';
    const { changes } = this.#writable()
      .prepare(
        `UPDATE deliveries SET ${isDiscard ? DISCARDED : RETRIED}
        WHERE seq IN (SELECT value FROM json_each(?)) ${isDiscard ? "AND state = 'pending'" : ''}`,
      )
      .run(now, JSON.stringify(seqs));
    return Number(changes);
  }

  async resume(ruleId: string): Promise<boolean> {
    return new SqliteAdmin(this.#writable()).resume(ruleId);
  }

  /** Goes from one name to the next by the index, however many rows each has. */
  #after(column: string, index: string, name: string, most: number): string[] {
    const next = this.#database.prepare(
      `SELECT min(${column}) AS name FROM deliveries INDEXED BY ${index} WHERE ${column} > ?`,
    );
    const names: string[] = [];
    for (let last = name; names.length < most; names.push(last)) {
      const found = next.get(last)?.name;
      if (typeof found !== 'string') break;
      last = found;
    }
    return names;
  }
}
