import type { SQLInputValue } from 'node:sqlite';
import type { DeliveryFilter } from '../admin.ts';

/** A part of a filter as a condition on the rows of deliveries. */
export interface Condition {
  /** Which part it is. */
  of: keyof DeliveryFilter;
  sql: string;
  values: SQLInputValue[];
}

const SQL: { readonly [Part in keyof Required<DeliveryFilter>]: string } = {
  // Found by going through the index alone, a tenth of a second for a million ids.
  ids: 'seq IN (SELECT seq FROM deliveries WHERE id IN (SELECT value FROM json_each(?)))',
  callId: 'call_id = ?',
  extension: 'extension = ?',
  ruleId: 'event_id = ?',
  state: 'state = ?',
  event: 'event = ?',
  target: 'target = ?',
  since: 'created_at >= ?',
  until: 'created_at <= ?',
  reason: "reason LIKE ? ESCAPE '\\'",
};

const PARTS = Object.keys(SQL) as (keyof DeliveryFilter)[];

/** The conditions of a filter, all of which must hold; none: every delivery matches. */
export function conditionsOf(filter: DeliveryFilter): Condition[] {
  return PARTS.flatMap((of) => {
    const value = filter[of];
    return value === undefined ? [] : [{ of, sql: SQL[of], values: [boundValue(of, value)] }];
  });
}

/** The same in one text, for a WHERE. */
export function whereOf(conditions: readonly Condition[]): { where: string; values: SQLInputValue[] } {
  return {
    where: conditions.map(({ sql }) => sql).join(' AND ') || 'TRUE',
    values: conditions.flatMap(({ values }) => values),
  };
}

function boundValue(part: keyof DeliveryFilter, value: string | number | readonly string[]): SQLInputValue {
  if (typeof value === 'object') return JSON.stringify(value);
  // As it stands, whatever is in it.
  return part === 'reason' ? `%${String(value).replaceAll(/[\\%_]/g, '\\$&')}%` : value;
}
