import type { DeliveryFilter } from '../admin.ts';
import type { Condition, FilterDialect, SqlValue } from '../delivery-filter.ts';

export type Row = Record<string, unknown>;

/** An index that leads to rows, the newest first. */
export interface Way {
  /** For a FROM: the table, with its index where the database has to be given one. */
  from: string;
  /**
   * Further conditions that the index needs. Each branch has its rows in order; several branches are merged.
   */
  branches: readonly (readonly Condition[])[];
  /** Whether the index finds the filter's own condition; if not, rows are checked one by one. */
  isSought: boolean;
}

/** The queries of the deliveries' tables that SQLite and PostgreSQL need in different forms. */
export interface HistoryTables {
  readonly dialect: FilterDialect;
  /** @param sql with `?` for each value */
  rows(sql: string, values: readonly SqlValue[]): Promise<Row[]>;
  /** The index for one field of a filter, or for all deliveries; absent: there is none. */
  wayTo(part: keyof DeliveryFilter | 'all'): Way | undefined;
  /** The newest `most` deliveries of each name, unordered. @param column the column that has the names */
  newestOf(column: 'extension' | 'event_id', names: readonly string[], most: number): Promise<Row[]>;
  /** The next extensions that have deliveries, by name, some hundred at most; empty: there are no more. */
  extensionsAfter(name: string): Promise<string[]>;
  targets(): Promise<string[]>;
  /** Counts by state and minute, `created_at` from the first moment until before the second. */
  minutes(from: number, until: number): Promise<Row[]>;
  attempts(delivery: Row): Promise<Row[]>;
  suspended(): Promise<Row[]>;
  /** @param seqs of deliveries; `discard` changes only pending ones. @returns how many were changed */
  change(change: 'retry' | 'discard', seqs: readonly number[], now: number): Promise<number>;
  resume(ruleId: string): Promise<boolean>;
}
