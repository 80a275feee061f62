import type { ClientBase } from 'pg';
import type { Delivery } from '../delivery/delivery.ts';
import type { QueuePool } from './connect.ts';
import type { Evidence, UndecidedDelivery } from './pair-rules.ts';
import { evidenceOf, type PublishedCall, publishCalls } from './pair-tables.ts';
import { storableText } from './storable-text.ts';
import { withClient } from './with-client.ts';

/** A delivery as a service hands it on. */
export interface QueuedRow {
  /** Which Asterisk it comes from: the parameter Asterisk. */
  source: string;
  delivery: Delivery;
  /** How old its retry window is, in milliseconds: hosts' clocks differ. */
  ageMs: number;
}

/** Deliveries of one source that a service holds. */
export interface UndecidedOf {
  source: string;
  service: string;
  undecided: readonly UndecidedDelivery[];
}

/** The order of a leg's events. */
export const RANKS: Readonly<Record<Delivery['event'], number>> = {
  'dial-in': 1,
  'dial-out': 1,
  'answer-in': 2,
  'answer-out': 2,
  hangup: 3,
  missed: 4,
};

/** A host that dies in the middle of it says nothing more, and its locks must not keep the others waiting. */
const BEGIN = 'BEGIN; SET LOCAL idle_in_transaction_session_timeout = 4000';
/** Any number of ours, which keeps the locks of sources apart from other locks. */
const SOURCE_LOCKS = 7_263_542;
/** A hint that something is due; what is missed is found by looking. */
export const DUE_CHANNEL = 'call_events_due';

/**
 * One row of each, in their order. One that is there already stays as it is: the first writer's values count. What
 * comes after a later event of its leg is recorded, and not sent: it would overtake what is on its way.
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

  /**
   * All of them, or none; each once, however often it is written.
   * @param calls what is published with them, for other services on the same Asterisk
   * @throws what the database says
   */
  async insert(rows: readonly QueuedRow[], calls: readonly PublishedCall[] = []): Promise<void> {
    const sources = rows.map(({ source }) => source);
    await this.#transaction({ sources, isDue: rows.length > 0 }, async (client) => {
      if (rows.length > 0) await insertRows(client, rows);
      await publishCalls(client, calls);
    });
  }

  /**
   * Writes those of one source's deliveries that go, by what other services know of their legs at that moment.
   * @param decide says which, and what becomes of the others
   */
  async insertDecided<T>(
    { source, service, undecided }: UndecidedOf,
    decide: (evidence: Evidence) => Promise<{ rows: readonly QueuedRow[]; decided: T }>,
  ): Promise<T> {
    return this.#transaction({ sources: [source], isDue: true }, async (client) => {
      const { rows, decided } = await decide(await evidenceOf(client, source, service, undecided));
      if (rows.length > 0) await insertRows(client, rows);
      return decided;
    });
  }

  /**
   * One service after the other writes what comes from a source: what one has not committed the other one cannot see,
   * and its Hangup would go before the first one's Dial.
   * @param sources whose turn it has to be
   * @param isDue whether workers are to look for something that is due
   */
  async #transaction<T>(
    { sources, isDue }: { sources: readonly string[]; isDue: boolean },
    action: (client: ClientBase) => Promise<T>,
  ): Promise<T> {
    return withClient(this.#pool, async (client) => {
      // What needs no answer goes together.
      await client.query([BEGIN, ...locksOf(client, sources)].join('; '));
      const result = await action(client);
      await client.query(isDue ? `COMMIT; NOTIFY ${DUE_CHANNEL}` : 'COMMIT');
      return result;
    });
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
    await this.#transaction({ sources: [], isDue: false }, async (client) => {
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
    });
    await this.#pool.query('SELECT pg_notify($1, $2)', [DUE_CHANNEL, 'rules']);
  }
}

/** In the same order everywhere: no service waits for one that waits for it. */
function locksOf(client: ClientBase, sources: readonly string[]): string[] {
  return [...new Set(sources)]
    .toSorted()
    .map(
      (source) => `SELECT pg_advisory_xact_lock(hashtextextended(${client.escapeLiteral(source)}, ${SOURCE_LOCKS}))`,
    );
}

async function insertRows(client: ClientBase, rows: readonly QueuedRow[]): Promise<void> {
  const json = JSON.stringify(rows.map(({ source, delivery, ageMs }) => rowOf(source, delivery, ageMs)));
  await client.query(INSERT, [json]);
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

function textsOf(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'string' ? storableText(value) : value,
  ]);
  return Object.fromEntries(entries);
}
