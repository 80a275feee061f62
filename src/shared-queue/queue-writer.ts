import type { Delivery } from '../delivery/delivery.ts';
import type { QueuePool } from './connect.ts';

/** A delivery as a service hands it on. */
export interface QueuedRow {
  /** Which Asterisk it comes from: the parameter Asterisk. */
  source: string;
  delivery: Delivery;
  /** How old its retry window is, in milliseconds: hosts' clocks differ. */
  ageMs: number;
}

/** The order of a leg's events. */
const RANKS: Readonly<Record<Delivery['event'], number>> = {
  'dial-in': 1,
  'dial-out': 1,
  'answer-in': 2,
  'answer-out': 2,
  hangup: 3,
  missed: 4,
};

/** A hint that something is due; what is missed is found by looking. */
export const DUE_CHANNEL = 'call_events_due';

/**
 * One row of each, in their order. One that is there already stays as it is: the first writer's values count. What comes
 * after a later event of its leg is recorded, and not sent: it would overtake what is on its way.
 */
const INSERT = `
  INSERT INTO call_events.deliveries (source, id, event, rank, event_id, call_id, extension, leg_key, target, method, url,
    headers, body, call_event, created_at, window_at, next_at, state, settled_at, reason)
  SELECT n.source, n.id, n.event, n.rank, n.event_id, n.call_id, n.extension, n.leg_key, n.target, n.method, n.url,
    n.headers, n.body, n.call_event, now.ms - n.age_ms, now.ms - n.age_ms,
    CASE WHEN late.is THEN NULL ELSE greatest(now.ms, (
      SELECT max(e.next_at) FROM call_events.deliveries e WHERE e.source = n.source AND e.leg_key = n.leg_key
        AND e.target = n.target AND e.settled_at IS NULL AND e.worker IS NULL)) END,
    CASE WHEN late.is THEN 'dead' ELSE 'pending' END,
    CASE WHEN late.is THEN now.ms END,
    CASE WHEN late.is THEN 'came after a later event of its leg' END
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (source text, id text, event text, rank int, event_id text,
    call_id text, extension text, leg_key text, target text, method text, url text, headers text, body text,
    call_event text, age_ms bigint)) WITH ORDINALITY AS n
  CROSS JOIN (SELECT call_events.now_ms() AS ms) now
  CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM call_events.deliveries e WHERE e.source = n.source
    AND e.leg_key = n.leg_key AND e.rank > n.rank AND n.rank < 3) AS is) late
  ORDER BY n.ordinality
  ON CONFLICT (source, id) DO NOTHING`;

/** Writes what services have into the queue. */
export class QueueWriter {
  readonly #pool: QueuePool;

  constructor(pool: QueuePool) {
    this.#pool = pool;
  }

  /** All of them, or none; each once, however often it is written. @throws what the database says */
  async insert(rows: readonly QueuedRow[]): Promise<void> {
    const json = JSON.stringify(rows.map(({ source, delivery, ageMs }) => rowOf(source, delivery, ageMs)));
    await this.#pool.query(INSERT, [json]);
    await this.#pool.query('SELECT pg_notify($1, $2)', [DUE_CHANNEL, '']);
  }

  /**
   * Makes rules known that hold for sources from now on; what waits goes at once to the targets that they name.
   * @param targets of rules, by Event ID; one that depends on the call is left out
   */
  async publish(
    sources: readonly string[],
    rules: { revision: string; text: string },
    targets: ReadonlyMap<string, string>,
  ): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO call_events.rules (revision, text) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        rules.revision,
        rules.text,
      ]);
      await client.query(
        `INSERT INTO call_events.sources (source, revision, published_at)
          SELECT s, $2, call_events.now_ms() FROM unnest($1::text[]) s ORDER BY s
          ON CONFLICT (source) DO UPDATE SET revision = excluded.revision, published_at = excluded.published_at`,
        [sources, rules.revision],
      );
      await client.query(
        `UPDATE call_events.deliveries d SET target = t.target,
            next_at = CASE WHEN d.worker IS NULL THEN call_events.now_ms() ELSE d.next_at END
          FROM unnest($2::text[], $3::text[]) AS t(event_id, target)
          WHERE d.source = ANY($1::text[]) AND d.event_id = t.event_id AND d.state = 'pending'
            AND d.target <> t.target AND d.call_event IS NOT NULL`,
        [sources, [...targets.keys()], [...targets.values()]],
      );
      await client.query('COMMIT');
      await client.query('SELECT pg_notify($1, $2)', [DUE_CHANNEL, 'rules']);
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}

function rowOf(source: string, delivery: Delivery, ageMs: number): Record<string, unknown> {
  return textsOf({
    source,
    id: delivery.id,
    event: delivery.event,
    rank: RANKS[delivery.event],
    event_id: delivery.ruleId,
    call_id: delivery.callId,
    extension: delivery.extension,
    leg_key: delivery.legKey,
    target: delivery.target,
    method: delivery.method,
    url: delivery.url,
    headers: JSON.stringify(delivery.headers),
    body: delivery.body ?? null,
    call_event: delivery.callEvent === undefined ? null : JSON.stringify(delivery.callEvent),
    age_ms: Math.max(0, Math.round(ageMs)),
  });
}

/** PostgreSQL's texts hold no NUL, and nothing that is no Unicode. */
function textsOf(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'string' ? storableText(value) : value,
  ]);
  return Object.fromEntries(entries);
}

export const storableText = (text: string) => text.replaceAll('\0', '\u{2400}').toWellFormed();

/** Whether the database will never take a value, however often it is written. */
export function isUnwritable(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  // Classes 22 and 23 of SQLSTATE: data exceptions and violated constraints.
  return /^2[23]...$/.test(code);
}
