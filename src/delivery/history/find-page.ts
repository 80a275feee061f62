import { type CallEvent, describeCall } from '../../calls/call-event.ts';
import type { DeliveryFilter, DeliveryPage, DeliveryRow, MatchCount } from '../admin.ts';
import { listedFieldsOf } from '../admin-rows.ts';
import type { HistoryTables, Row } from './history-tables.ts';
import { type IndexPath, shortestPaths } from './index-choice.ts';
import { type Place, scanRows } from './scan-rows.ts';

/** The time for the search: a page is shown within a tenth of a second, with everything else that it needs. */
const PAGE_MS = 50;
/** The count in a question ("Send 1,204 deliveries again?") may take longer. */
const COUNT_MS = 500;
const MOST_COUNTED = 100_000;

const COLUMNS = `seq, id, event, event_id, call_id, extension, target, method, url, created_at, state, attempts, next_at,
  settled_at, reason, call_event`;

/**
 * The newest deliveries that a filter selects, as far as they are found in time.
 * @param cursor of the page before; left out: the first page
 * @throws RangeError when it is not a cursor
 */
export async function findPage(
  tables: HistoryTables,
  filter: DeliveryFilter,
  limit: number,
  cursor?: string,
  milliseconds = PAGE_MS,
): Promise<DeliveryPage> {
  const deadline = performance.now() + milliseconds;
  const after = cursor === undefined ? undefined : placeOf(cursor);
  // One more, to know whether there is a next page.
  const options = { columns: COLUMNS, after, limit: limit + 1, deadline };
  const { rows, reached } = await scanRows(tables, await shortestPaths(tables, filter), options);
  const shown = rows.slice(0, limit);
  if (rows.length > limit) return { rows: shown.map(rowOf), next: cursorOf(shown.at(-1)), searchedTo: undefined };
  return {
    rows: shown.map(rowOf),
    next: reached && `${reached.createdAt}.${reached.seq}`,
    searchedTo: reached?.createdAt,
  };
}

/** Counts the matches, until there are a hundred thousand or the time is over. */
export async function countMatches(
  tables: HistoryTables,
  filter: DeliveryFilter,
  milliseconds = COUNT_MS,
): Promise<MatchCount> {
  const deadline = performance.now() + milliseconds;
  const paths = await shortestPaths(tables, filter);
  if (paths.every(({ isExact }) => isExact)) {
    const counts = await Promise.all(paths.map((path) => countOf(tables, path)));
    const count = Math.min(
      counts.reduce((sum, one) => sum + one, 0),
      MOST_COUNTED,
    );
    return { count, isAll: count < MOST_COUNTED };
  }
  const options = { columns: 'created_at, seq', after: undefined, limit: MOST_COUNTED, deadline };
  const { rows, reached } = await scanRows(tables, paths, options);
  return { count: rows.length, isAll: reached === undefined };
}

async function countOf(tables: HistoryTables, { from, seek }: IndexPath): Promise<number> {
  const [row] = await tables.rows(
    `SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${seek.where} LIMIT ${MOST_COUNTED}) AS found`,
    seek.values,
  );
  return Number(row?.count ?? 0);
}

const cursorOf = (row: Row | undefined) => row && `${row.created_at}.${row.seq}`;

function placeOf(cursor: string): Place {
  const [, createdAt, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (createdAt === undefined || seq === undefined) throw new RangeError('the cursor does not belong to this list');
  return { createdAt: Number(createdAt), seq: Number(seq) };
}

function rowOf(row: Row): DeliveryRow {
  const callEvent: CallEvent | undefined = typeof row.call_event === 'string' ? JSON.parse(row.call_event) : undefined;
  return {
    ...listedFieldsOf(row),
    target: String(row.target),
    call: callEvent && describeCall(callEvent),
    server: callEvent?.leg.server,
  };
}
