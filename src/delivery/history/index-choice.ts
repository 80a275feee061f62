import type { DeliveryFilter } from '../admin.ts';
import { type Condition, conditionsOf, type SqlValue, whereOf } from '../delivery-filter.ts';
import type { HistoryTables, Way } from './history-tables.ts';

/** Of two indexes the one that leads to fewer rows is better; rows beyond this many are not counted. */
const MOST_WEIGHED = 2000;

/** How the rows of a filter are found: through one index, and by further conditions on its rows. */
export interface IndexPath {
  /** For a FROM: the table with its index. */
  from: string;
  /** The conditions that the index finds: one value, and a span of time. */
  seek: { where: string; values: SqlValue[] };
  /** The conditions that are checked row by row. */
  rest: { where: string; values: SqlValue[] };
  /** Whether every row that the index finds matches. */
  isExact: boolean;
}

/** The paths that lead to a filter's rows through the fewest others: one, or one for each branch of the index. */
export async function shortestPaths(tables: HistoryTables, filter: DeliveryFilter): Promise<IndexPath[]> {
  const conditions = conditionsOf(filter, tables.dialect);
  // A call has few deliveries, and an id has one.
  for (const part of ['callId', 'ids'] as const) {
    const [one, way] = [conditions.find(({ of }) => of === part), tables.wayTo(part)];
    if (one !== undefined && way !== undefined) return pathsBy(way, [one], conditions);
  }
  const span = conditions.filter(({ of }) => of === 'since' || of === 'until');
  const ways = conditions.flatMap((one) => {
    const way = one.of && tables.wayTo(one.of);
    return way === undefined ? [] : [pathsBy(way, way.isSought ? [one, ...span] : span, conditions)];
  });
  const all = tables.wayTo('all');
  const [first = all === undefined ? [] : pathsBy(all, span, conditions), ...more] = ways;
  if (more.length === 0) return first;
  const weighed = await Promise.all(ways.map(async (paths) => ({ paths, rows: await weightOf(tables, paths) })));
  return weighed.reduce((best, one) => (one.rows < best.rows ? one : best)).paths;
}

function pathsBy({ from, branches }: Way, seek: readonly Condition[], all: readonly Condition[]): IndexPath[] {
  const rest = all.filter((one) => !seek.includes(one));
  return branches.map((branch) => ({
    from,
    seek: whereOf([...branch, ...seek]),
    rest: whereOf(rest),
    isExact: rest.length === 0,
  }));
}

async function weightOf(tables: HistoryTables, paths: readonly IndexPath[]): Promise<number> {
  const counts = await Promise.all(
    paths.map(({ from, seek }) =>
      tables.rows(
        `SELECT count(*) AS rows FROM (SELECT 1 FROM ${from} WHERE ${seek.where} LIMIT ${MOST_WEIGHED}) AS found`,
        seek.values,
      ),
    ),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.rows ?? 0), 0);
}
