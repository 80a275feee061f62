import type { SqlValue } from '../delivery-filter.ts';
import type { HistoryTables, Row } from './history-tables.ts';
import type { IndexPath } from './index-choice.ts';

/**
 * The last row of a page: the list goes on behind it. Newer rows come before older ones; of the same moment, the last
 * written comes first.
 */
export interface Place {
  createdAt: number;
  seq: number;
}

/** The number of index rows that one statement checks: some milliseconds. Doubled as long as there is time. */
const FIRST_STEP = 2000;
const LARGEST_STEP = 32_000;
/** At the end of the time. */
const LEAST_STEP = 500;

const ORDER = 'ORDER BY created_at DESC, seq DESC';

export interface Scan {
  rows: Row[];
  /** The last row that was checked; absent: all were. */
  reached: Place | undefined;
}

export interface ScanOptions {
  /** `seq` and `created_at` among them. */
  columns: string;
  after: Place | undefined;
  limit: number;
  /** By `performance.now`. */
  deadline: number;
}

/**
 * The rows of paths that match, the newest first. Where rows must be checked one by one, this is done in steps, until
 * there are enough matches or the time is over.
 */
export async function scanRows(
  tables: HistoryTables,
  paths: readonly IndexPath[],
  options: ScanOptions,
): Promise<Scan> {
  const scans = await Promise.all(paths.map((path) => scanPath(tables, path, options)));
  const [only] = scans;
  return only !== undefined && scans.length === 1 ? only : merge(scans, options.limit);
}

async function scanPath(
  tables: HistoryTables,
  { from, seek, rest, isExact }: IndexPath,
  { columns, after, limit, deadline }: ScanOptions,
): Promise<Scan> {
  const rows: Row[] = [];
  let place = after;
  for (let step = FIRST_STEP; ; ) {
    const begun = performance.now();
    const [behind, behindValues] = bound('<', place);
    // An index that finds only matches needs no steps.
    const last = isExact ? undefined : await lastOfStep(tables, from, seek, behind, behindValues, step);
    const [until, untilValues] = bound('>=', last);
    const found = await tables.rows(
      `SELECT ${columns} FROM ${from} WHERE ${seek.where}${behind}${until} AND ${rest.where} ${ORDER} LIMIT ?`,
      [...seek.values, ...behindValues, ...untilValues, ...rest.values, limit - rows.length],
    );
    rows.push(...found);
    const oldest = rows.at(-1);
    if (rows.length >= limit && oldest !== undefined) return { rows, reached: placeOf(oldest) };
    if (last === undefined) return { rows, reached: undefined };
    const now = performance.now();
    if (now >= deadline) return { rows, reached: last };
    // As many as there is time for, by what this step has taken: a doubled one would end long after the deadline.
    const inTime = Math.floor((step * (deadline - now)) / (now - begun));
    step = Math.max(LEAST_STEP, Math.min(step * 2, LARGEST_STEP, inTime));
    place = last;
  }
}

/**
 * Rows behind the place that all scans have reached may be incomplete: they are dropped, and found again from there.
 */
function merge(scans: readonly Scan[], limit: number): Scan {
  const reached = scans.flatMap((one) => one.reached ?? []).sort(newestFirst)[0];
  const rows = scans
    .flatMap((one) => one.rows)
    .map((row) => ({ row, place: placeOf(row) }))
    .filter(({ place }) => reached === undefined || newestFirst(place, reached) <= 0)
    .sort((a, b) => newestFirst(a.place, b.place));
  const kept = rows.slice(0, limit);
  return { rows: kept.map(({ row }) => row), reached: rows.length >= limit ? kept.at(-1)?.place : reached };
}

const newestFirst = (a: Place, b: Place) => b.createdAt - a.createdAt || b.seq - a.seq;

/** The last of the next `step` rows; absent: there are fewer. Found in the index alone. */
async function lastOfStep(
  tables: HistoryTables,
  from: string,
  seek: IndexPath['seek'],
  behind: string,
  behindValues: SqlValue[],
  step: number,
): Promise<Place | undefined> {
  const [row] = await tables.rows(
    `SELECT created_at, seq FROM ${from} WHERE ${seek.where}${behind} ${ORDER} LIMIT 1 OFFSET ${step - 1}`,
    [...seek.values, ...behindValues],
  );
  return row && placeOf(row);
}

function bound(relation: '<' | '>=', place: Place | undefined): [string, SqlValue[]] {
  return place === undefined ? ['', []] : [` AND (created_at, seq) ${relation} (?, ?)`, [place.createdAt, place.seq]];
}

const placeOf = ({ created_at, seq }: Row): Place => ({
  createdAt: Number(created_at),
  seq: Number(seq),
});
