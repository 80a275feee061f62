import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { DeliveryFilter } from '../../admin.ts';
import { type Condition, conditionsOf, whereOf } from '../delivery-filter.ts';

/** The index that leads to the rows of a part of a filter, the newest first; each is one of the migrations. */
const INDEX: Partial<Record<keyof DeliveryFilter, string>> = {
  extension: 'deliveries_extension',
  ruleId: 'deliveries_rule',
  state: 'deliveries_state',
  target: 'deliveries_target',
  event: 'deliveries_event',
};
/** Without a part that has one. */
const BY_TIME = 'deliveries_created';
/** Of those alone that have a reason: few, where all is well. */
const WITH_REASON = 'deliveries_reason';
const HAS_REASON: Condition = { of: 'reason', sql: 'reason IS NOT NULL', values: [] };

/** Of two ways to the same rows the one with fewer is better; beyond this many both are long. */
const MOST_WEIGHED = 2000;

/** How the rows of a filter are reached: through one index, and what else must hold of the rows that it leads to. */
export interface Path {
  /** For a FROM: the table with its index. */
  from: string;
  /** What the index finds: one value, and a span of time. */
  seek: { where: string; values: SQLInputValue[] };
  /** What is looked at row by row. */
  rest: { where: string; values: SQLInputValue[] };
  /** Whether everything that the index finds is a match. */
  isExact: boolean;
}

/** The shortest way to the rows of a filter. */
export function pathOf(database: DatabaseSync, filter: DeliveryFilter): Path {
  const conditions = conditionsOf(filter);
  const span = conditions.filter(({ of }) => of === 'since' || of === 'until');
  const others = conditions.filter((one) => !span.includes(one));
  const call = others.find(({ of }) => of === 'callId');
  // A call has few.
  if (call !== undefined) return path('deliveries_call', [call], conditions);
  const ids = others.find(({ of }) => of === 'ids');
  if (ids !== undefined) return path(undefined, [ids], conditions);
  const ways = others.flatMap((one) => {
    const index = INDEX[one.of];
    return index === undefined ? [] : [path(index, [one, ...span], conditions)];
  });
  if (filter.reason !== undefined) ways.push(path(WITH_REASON, [HAS_REASON, ...span], conditions));
  const [first = path(BY_TIME, span, conditions), ...more] = ways;
  if (more.length === 0) return first;
  const weighed = ways.map((way) => ({ way, rows: weightOf(database, way) }));
  return weighed.reduce((best, one) => (one.rows < best.rows ? one : best)).way;
}

/** @param index absent: SQLite's own choice */
function path(index: string | undefined, seek: readonly Condition[], all: readonly Condition[]): Path {
  const rest = all.filter((one) => !seek.includes(one));
  return {
    from: index === undefined ? 'deliveries' : `deliveries INDEXED BY ${index}`,
    seek: whereOf(seek),
    rest: whereOf(rest),
    isExact: rest.length === 0,
  };
}

function weightOf(database: DatabaseSync, { from, seek }: Path): number {
  const row = database
    .prepare(`SELECT count(*) AS rows FROM (SELECT 1 FROM ${from} WHERE ${seek.where} LIMIT ${MOST_WEIGHED})`)
    .get(...seek.values);
  return Number(row?.rows ?? 0);
}
