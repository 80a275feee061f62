import type { DatabaseSync } from 'node:sqlite';
import { describeCall } from '../../../calls/call-event.ts';
import type { DeliveryFilter, DeliveryPage, DeliveryRow, MatchCount } from '../../admin.ts';
import { listedFieldsOf } from '../../admin-rows.ts';
import { pathOf } from './path.ts';
import { type Place, scan } from './scan.ts';

/** A page is there within a tenth of a second, with everything else that it needs. */
const PAGE_MS = 50;
/** A number in a question may take longer. */
const COUNT_MS = 500;
const MOST_COUNTED = 100_000;

const COLUMNS = `seq, id, event, event_id, call_id, extension, target, method, url, created_at, state, attempts, next_at,
  settled_at, reason, call_event`;

/** @throws RangeError when the cursor is none */
export function findPage(
  database: DatabaseSync,
  filter: DeliveryFilter,
  limit: number,
  cursor?: string,
  milliseconds = PAGE_MS,
): DeliveryPage {
  const deadline = performance.now() + milliseconds;
  const after = cursor === undefined ? undefined : placeOf(cursor);
  // One more, to know whether there is a next page.
  const options = { columns: COLUMNS, after, limit: limit + 1, deadline };
  const { rows, reached } = scan(database, pathOf(database, filter), options);
  const shown = rows.slice(0, limit);
  if (rows.length > limit) return { rows: shown.map(rowOf), next: cursorOf(shown.at(-1)), searchedTo: undefined };
  return {
    rows: shown.map(rowOf),
    next: reached && `${reached.createdAt}.${reached.seq}`,
    searchedTo: reached?.createdAt,
  };
}

/** How many match, counted until there are a hundred thousand or the time is over. */
export function countMatches(database: DatabaseSync, filter: DeliveryFilter, milliseconds = COUNT_MS): MatchCount {
  const deadline = performance.now() + milliseconds;
  const path = pathOf(database, filter);
  if (path.isExact) {
    const { from, seek } = path;
    const row = database
      .prepare(`SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${seek.where} LIMIT ${MOST_COUNTED})`)
      .get(...seek.values);
    const count = Number(row?.count ?? 0);
    return { count, isAll: count < MOST_COUNTED };
  }
  const options = { columns: 'created_at, seq', after: undefined, limit: MOST_COUNTED, deadline };
  const { rows, reached } = scan(database, path, options);
  return { count: rows.length, isAll: reached === undefined };
}

const cursorOf = (row: Record<string, unknown> | undefined) => row && `${row.created_at}.${row.seq}`;

function placeOf(cursor: string): Place {
  const [, createdAt, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (createdAt === undefined || seq === undefined) throw new RangeError('the cursor is none of this list');
  return { createdAt: Number(createdAt), seq: Number(seq) };
}

function rowOf(row: Record<string, unknown>): DeliveryRow {
  return {
    ...listedFieldsOf(row),
    target: String(row.target),
    call: typeof row.call_event === 'string' ? describeCall(JSON.parse(row.call_event)) : undefined,
  };
}
