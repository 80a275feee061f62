import type { DeliveryFilter } from './admin.ts';

export type SqlValue = string | number;

/** A part of a filter as a condition on the rows of deliveries; `?` stands for each value. */
export interface Condition {
  /** The field of the filter that it came from; absent: it did not come from one. */
  of?: keyof DeliveryFilter;
  sql: string;
  values: SqlValue[];
}

/** What SQLite and PostgreSQL write differently. */
export interface FilterDialect {
  /** The value is a JSON list. */
  ids: string;
  /** The value is a JSON list. */
  exceptRules: string;
  /** The value is a pattern of LIKE, where \ escapes. */
  reason: string;
}

const SQL: { readonly [Part in Exclude<keyof DeliveryFilter, keyof FilterDialect>]: string } = {
  callId: 'call_id = ?',
  extension: 'extension = ?',
  ruleId: 'event_id = ?',
  state: 'state = ?',
  event: 'event = ?',
  target: 'target = ?',
  since: 'created_at >= ?',
  until: 'created_at <= ?',
};

const PARTS = ['ids', ...Object.keys(SQL), 'exceptRules', 'reason'] as (keyof DeliveryFilter)[];

/** The conditions of a filter, all of which must hold; none: every delivery matches. */
export function conditionsOf(filter: DeliveryFilter, dialect: FilterDialect): Condition[] {
  const texts = { ...SQL, ...dialect };
  return PARTS.flatMap((of) => {
    const value = filter[of];
    return value === undefined ? [] : [{ of, sql: texts[of], values: [boundValue(of, value)] }];
  });
}

/** Conditions in one text, for a WHERE. */
export function whereOf(conditions: readonly Condition[]): { where: string; values: SqlValue[] } {
  return {
    where: conditions.map(({ sql }) => sql).join(' AND ') || 'TRUE',
    values: conditions.flatMap(({ values }) => values),
  };
}

function boundValue(part: keyof DeliveryFilter, value: string | number | readonly string[]): SqlValue {
  if (typeof value === 'object') return JSON.stringify(value);
  // Literally: LIKE's wildcards are escaped.
  return part === 'reason' ? `%${String(value).replaceAll(/[\\%_]/g, '\\$&')}%` : value;
}
