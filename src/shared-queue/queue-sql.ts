import type { FilterDialect } from '../delivery/delivery-filter.ts';
import type { QueuePool } from './connect.ts';
import { DUE_CHANNEL } from './queue-writer.ts';

export const DELIVERIES = 'call_events.deliveries';

const EXCEPT_RULES = 'event_id <> ALL (ARRAY(SELECT jsonb_array_elements_text(?::jsonb)))';
const REASON = "reason ILIKE ? ESCAPE '\\'";

/** Where the source of a delivery is asked for as well. */
export const OF_SOURCE: FilterDialect = {
  ids: 'id IN (SELECT jsonb_array_elements_text(?::jsonb))',
  exceptRules: EXCEPT_RULES,
  reason: REASON,
};

/** Of every source: from one to the next in the key, however many deliveries each has. */
export const OF_ANY_SOURCE: FilterDialect = {
  ids: `seq IN (
    WITH RECURSIVE sources AS (
      (SELECT source FROM ${DELIVERIES} ORDER BY source LIMIT 1)
      UNION ALL
      SELECT (SELECT d.source FROM ${DELIVERIES} d WHERE d.source > s.source ORDER BY d.source LIMIT 1)
      FROM sources s WHERE s.source IS NOT NULL
    )
    SELECT d.seq FROM sources s JOIN ${DELIVERIES} d ON d.source = s.source
      AND d.id = ANY (ARRAY(SELECT jsonb_array_elements_text(?::jsonb))))`,
  exceptRules: EXCEPT_RULES,
  reason: REASON,
};

/** What is due at once. A worker that has one of them loses it. */
const CHANGES = {
  retry: {
    of: 'TRUE',
    set: `state = 'pending', window_at = call_events.now_ms(), window_attempts = attempts, refusals = 0,
      next_at = call_events.now_ms(), settled_at = NULL, reason = NULL, worker = NULL, claim = claim + 1`,
  },
  discard: {
    of: "state = 'pending'",
    set: `state = 'dead', next_at = NULL, settled_at = call_events.now_ms(), reason = 'discarded', worker = NULL,
      claim = claim + 1`,
  },
};

/** What has waited for them in their legs, untried, was due no earlier than they, and is due now. */
const changing = ({ of, set }: (typeof CHANGES)[keyof typeof CHANGES], where: string) => `
  WITH changed AS (
    UPDATE ${DELIVERIES} SET ${set} WHERE ${of} AND ${where} RETURNING seq, source, leg_key, target
  ), freed AS (
    UPDATE ${DELIVERIES} f SET next_at = call_events.now_ms() FROM changed c
    WHERE f.source = c.source AND f.leg_key = c.leg_key AND f.target = c.target AND f.seq > c.seq
      AND f.state = 'pending' AND f.worker IS NULL AND f.attempts = f.window_attempts
      AND f.seq NOT IN (SELECT seq FROM changed)
  )
  SELECT seq FROM changed`;

/**
 * @param where which, with `?` for each value
 * @returns how many were changed; those that are not pending cannot be discarded
 */
export async function changeDeliveries(
  pool: QueuePool,
  change: keyof typeof CHANGES,
  where: string,
  values: readonly unknown[],
): Promise<number> {
  const { rowCount } = await pool.query(numbered(changing(CHANGES[change], where)), [...values]);
  await pool.query('SELECT pg_notify($1, $2)', [DUE_CHANNEL, '']);
  return rowCount ?? 0;
}

/** `?` as PostgreSQL has it: `$1`, `$2`. */
export function numbered(sql: string): string {
  let number = 0;
  return sql.replaceAll('?', () => `$${++number}`);
}
