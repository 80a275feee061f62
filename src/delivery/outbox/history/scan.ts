import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Path } from './path.ts';

/** Where a list goes on: behind this row. Newer ones come before older ones; of the same moment the last that was written. */
export interface Place {
  createdAt: number;
  seq: number;
}

/** Rows that the index leads to, looked at in one statement: some milliseconds. Doubled as long as there is time. */
const FIRST_STEP = 2000;
const LARGEST_STEP = 32_000;

const ORDER = 'ORDER BY created_at DESC, seq DESC';

export interface Scan {
  rows: Record<string, unknown>[];
  /** Looked through to here; absent: to the end. */
  reached: Place | undefined;
}

/**
 * The rows of a path that match, the newest first. Where rows must be looked at one by one this is done in steps, until
 * there are enough or the time is over.
 * @param columns `seq` and `created_at` among them
 * @param deadline by the clock of `performance.now`
 */
export function scan(
  database: DatabaseSync,
  { from, seek, rest, isExact }: Path,
  { columns, after, limit, deadline }: { columns: string; after: Place | undefined; limit: number; deadline: number },
): Scan {
  const rows: Record<string, unknown>[] = [];
  let place = after;
  for (let step = FIRST_STEP; ; step = Math.min(step * 2, LARGEST_STEP)) {
    const [behind, behindValues] = bound('<', place);
    // An index that finds nothing but matches needs no steps.
    const last = isExact ? undefined : lastOfStep(database, from, seek, behind, behindValues, step);
    const [until, untilValues] = bound('>=', last);
    const found = database
      .prepare(`SELECT ${columns} FROM ${from} WHERE ${seek.where}${behind}${until} AND ${rest.where} ${ORDER} LIMIT ?`)
      .all(...seek.values, ...behindValues, ...untilValues, ...rest.values, limit - rows.length);
    rows.push(...found);
    const newest = rows.at(-1);
    if (rows.length >= limit && newest !== undefined) return { rows, reached: placeOf(newest) };
    if (last === undefined) return { rows, reached: undefined };
    if (performance.now() >= deadline) return { rows, reached: last };
    place = last;
  }
}

/** The last of the next `step` rows; absent: there are not so many. Found in the index alone. */
function lastOfStep(
  database: DatabaseSync,
  from: string,
  seek: Path['seek'],
  behind: string,
  behindValues: SQLInputValue[],
  step: number,
): Place | undefined {
  const row = database
    .prepare(`SELECT created_at, seq FROM ${from} WHERE ${seek.where}${behind} ${ORDER} LIMIT 1 OFFSET ${step - 1}`)
    .get(...seek.values, ...behindValues);
  return row && placeOf(row);
}

function bound(relation: '<' | '>=', place: Place | undefined): [string, SQLInputValue[]] {
  return place === undefined ? ['', []] : [` AND (created_at, seq) ${relation} (?, ?)`, [place.createdAt, place.seq]];
}

const placeOf = ({ created_at, seq }: Record<string, unknown>): Place => ({
  createdAt: Number(created_at),
  seq: Number(seq),
});
