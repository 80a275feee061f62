import type { DeliveryFilter } from '../admin.ts';
import type { Condition, FilterDialect, SqlValue } from '../delivery-filter.ts';

export type Row = Record<string, unknown>;

/** How rows are reached, the newest first: by an index. */
export interface Way {
  /** For a FROM: the table, with its index where the database has to be given one. */
  from: string;
  /**
   * What the index leads to besides what is asked for. Where there are several, the rows of each come in order, and are
   * merged.
   */
  branches: readonly (readonly Condition[])[];
  /** Whether the condition of the part itself is found by the index; if not, row by row. */
  isSought: boolean;
}

/** The tables of deliveries in one database, as far as it is one's own: what SQLite and PostgreSQL do differently. */
export interface HistoryTables {
  readonly dialect: FilterDialect;
  /** @param sql with `?` for each value */
  rows(sql: string, values: readonly SqlValue[]): Promise<Row[]>;
  /** The index that leads to a part of a filter, or to all; absent: none does. */
  wayTo(part: keyof DeliveryFilter | 'all'): Way | undefined;
  /** The newest `most` of each, in no order. @param column of the names */
  newestOf(column: 'extension' | 'event_id', names: readonly string[], most: number): Promise<Row[]>;
  /** The next extensions that have deliveries, by name, at most some hundred; none: that was the last. */
  extensionsAfter(name: string): Promise<string[]>;
  targets(): Promise<string[]>;
  /** Counts by state and minute, `created_at` from the first moment until before the second. */
  minutes(from: number, until: number): Promise<Row[]>;
  attempts(delivery: Row): Promise<Row[]>;
  suspended(): Promise<Row[]>;
  /** @param seqs of deliveries; discarded are only those that are pending. @returns how many were changed */
  change(change: 'retry' | 'discard', seqs: readonly number[], now: number): Promise<number>;
  resume(ruleId: string): Promise<boolean>;
}
