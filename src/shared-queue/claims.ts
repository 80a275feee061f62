import type { Delivery } from '../delivery/delivery.ts';
import { deliveryFrom } from '../delivery/outbox/pending-rows.ts';
import type { AttemptRecord, OutboxChange } from '../delivery/outbox-change.ts';
import type { PendingDelivery } from '../delivery/pending-delivery.ts';
import type { QueuePool } from './connect.ts';
import { storableText } from './storable-text.ts';

/** A hint that something was tried, for those who look at a page. */
export const ATTEMPTS_CHANNEL = 'call_events_attempts';

/** A delivery that this worker has until its lease ends. */
export interface Claim {
  source: string;
  delivery: Delivery;
  pending: PendingDelivery;
  /** How often it was claimed, by all workers: one that has an older number has lost it. */
  number: number;
  /** Its rule sends nothing. */
  isSuspended: boolean;
}

/** What became of a claim. */
export interface Result {
  source: string;
  change: OutboxChange;
  /** Its number. */
  claim: number;
}

export interface Claimed {
  claims: Claim[];
  /** The database's clock, milliseconds since 1970. */
  now: number;
}

export interface Wanted {
  sources: readonly string[];
  /** Targets of which this worker has as many as it can send. */
  without: readonly string[];
  /** Targets that get nothing of one source. */
  withoutOf?: readonly { source: string; target: string }[];
  perTarget: number;
  most: number;
  leaseMs: number;
}

/**
 * The first of each leg that is due, a few of each target. Targets are found by jumping from one to the next in the
 * index: a target with 20,000 legs that wait costs as much as one with two. What another worker is claiming is skipped.
 *
 * The time is asked for once, by a statement of its own: compared with the function itself, which is another one at
 * each row, what is due would not be found by the index, and all that waits for a target would be walked through.
 *
 * Where the rest of a leg is looked for, what is pending is known by `settled_at`: with `state` PostgreSQL may use the
 * index of what is due, and walk through all of the target for each leg. It does so while it has no statistics, as
 * after a start.
 */
const CLAIM = `
  WITH RECURSIVE targets AS (
    (SELECT target FROM call_events.deliveries WHERE state = 'pending' ORDER BY target LIMIT 1)
    UNION ALL
    SELECT (SELECT d.target FROM call_events.deliveries d WHERE d.state = 'pending' AND d.target > t.target
      ORDER BY d.target LIMIT 1) FROM targets t WHERE t.target IS NOT NULL
  ), due AS (
    SELECT d.seq FROM (SELECT target FROM targets WHERE target IS NOT NULL AND target <> ALL($2::text[]) ORDER BY random()) t
    CROSS JOIN LATERAL (
      SELECT d.seq FROM call_events.deliveries d
      WHERE d.target = t.target AND d.state = 'pending' AND d.next_at <= (SELECT call_events.now_ms()) AND d.source = ANY($1::text[])
        AND (d.source, d.target) NOT IN (SELECT * FROM unnest($7::text[], $8::text[]))
        AND NOT EXISTS (SELECT FROM call_events.deliveries e WHERE e.source = d.source AND e.leg_key = d.leg_key
          AND e.target = d.target AND e.seq < d.seq AND e.settled_at IS NULL)
      ORDER BY d.next_at, d.seq LIMIT $3 FOR UPDATE OF d SKIP LOCKED
    ) d LIMIT $4
  )
  UPDATE call_events.deliveries d SET worker = $5, claim = claim + 1, next_at = call_events.now_ms() + $6
  WHERE d.seq = ANY(ARRAY(SELECT seq FROM due)) RETURNING d.*, call_events.now_ms() AS now,
    EXISTS (SELECT FROM call_events.suspended s WHERE s.source = d.source AND s.event_id = d.event_id) AS suspended`;

/** Only while they are claimed: what is to be tried again, or was settled, has no worker, and a time of its own. */
const RENEW = `
  UPDATE call_events.deliveries d SET next_at = call_events.now_ms() + $4
  FROM unnest($1::text[], $2::text[], $3::int[]) AS mine(source, id, claim)
  WHERE d.source = mine.source AND d.id = mine.id AND d.claim = mine.claim AND d.state = 'pending'
    AND d.worker IS NOT NULL
  RETURNING d.source, d.id`;

/** What is claimed and was not begun may be claimed by another at once. */
const RELEASE = `
  UPDATE call_events.deliveries d SET next_at = call_events.now_ms(), worker = NULL
  FROM unnest($1::text[], $2::text[], $3::int[]) AS mine(source, id, claim)
  WHERE d.source = mine.source AND d.id = mine.id AND d.claim = mine.claim AND d.state = 'pending'
    AND d.worker IS NOT NULL`;

/**
 * Attempts go into the record of any worker that made them; what became of the delivery only counts while it is still
 * claimed. What follows in its leg is due no earlier, so that nothing walks over it meanwhile.
 */
const ATTEMPTS = `
  WITH made AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(source text, id text, claim int, number int, at bigint, duration_ms int,
      status int, outcome text, reason text, answer text, headers text, refusals int, next_at bigint, target text,
      method text, url text, request_headers text, body text)
  ), recorded AS (
    INSERT INTO call_events.attempts (source, delivery, number, at, duration_ms, status, outcome, reason, answer, headers)
    SELECT m.source, m.id, m.number, m.at, m.duration_ms, m.status, m.outcome, m.reason, m.answer, m.headers
    FROM made m JOIN call_events.deliveries d ON d.source = m.source AND d.id = m.id
    ON CONFLICT DO NOTHING
  ), settled AS (
    UPDATE call_events.deliveries d SET state = CASE m.outcome WHEN 'retry' THEN 'pending' ELSE m.outcome END,
      attempts = m.number, refusals = m.refusals, next_at = m.next_at, worker = NULL,
      settled_at = CASE m.outcome WHEN 'retry' THEN NULL ELSE m.at + m.duration_ms END, reason = m.reason,
      target = coalesce(m.target, d.target), method = coalesce(m.method, d.method), url = coalesce(m.url, d.url),
      headers = coalesce(m.request_headers, d.headers), body = CASE WHEN m.url IS NULL THEN d.body ELSE m.body END
    FROM made m WHERE d.source = m.source AND d.id = m.id AND d.claim = m.claim AND d.state = 'pending'
    RETURNING d.source, d.leg_key, d.target, d.seq, d.next_at, d.state
  )
  UPDATE call_events.deliveries f SET next_at = s.next_at FROM settled s
  WHERE s.state = 'pending' AND f.source = s.source AND f.leg_key = s.leg_key AND f.target = s.target AND f.seq > s.seq
    AND f.settled_at IS NULL AND f.next_at < s.next_at`;

const DEAD = `
  UPDATE call_events.deliveries d SET state = 'dead', next_at = NULL, worker = NULL, settled_at = call_events.now_ms(),
    reason = m.reason
  FROM jsonb_to_recordset($1::jsonb) AS m(source text, id text, claim int, reason text)
  WHERE d.source = m.source AND d.id = m.id AND d.claim = m.claim AND d.state = 'pending'`;

const SUSPEND = `
  INSERT INTO call_events.suspended (source, event_id, since, reason) VALUES ($1, $2, call_events.now_ms(), $3)
  ON CONFLICT DO NOTHING`;

/** The queue as one worker uses it. */
export class Claims {
  readonly #pool: QueuePool;
  readonly #worker: string;

  constructor(pool: QueuePool, worker: string) {
    this.#pool = pool;
    this.#worker = worker;
  }

  async claim({ sources, without, withoutOf = [], perTarget, most, leaseMs }: Wanted): Promise<Claimed> {
    const pairs = [withoutOf.map(({ source }) => source), withoutOf.map(({ target }) => target)];
    const values = [sources, without, perTarget, most, this.#worker, leaseMs, ...pairs];
    const { rows } = await this.#pool.query(CLAIM, values);
    // An UPDATE returns its rows in any order.
    const claims = rows.map(claimOf).sort((a, b) => a.order - b.order);
    return { claims, now: rows.length === 0 ? Date.now() : Number(rows[0].now) };
  }

  /** @returns those that this worker still has, as `source/id` */
  async renew(claims: readonly Claim[], leaseMs: number): Promise<Set<string>> {
    const { rows } = await this.#pool.query(RENEW, [...columnsOf(claims), leaseMs]);
    return new Set(rows.map(({ source, id }) => `${source}/${id}`));
  }

  async release(claims: readonly Claim[]): Promise<void> {
    if (claims.length > 0) await this.#pool.query(RELEASE, columnsOf(claims));
  }

  /**
   * Of any number of sources, in one statement: a commit for each would take longer than a lease where there are many.
   */
  async write(results: readonly Result[]): Promise<void> {
    const attempts = results.flatMap(({ source, change, claim }) =>
      (change.attempts ?? []).map((one) => attemptRow(source, one, claim)),
    );
    const dead = results.flatMap(({ source, change, claim }) =>
      (change.deadLetters ?? []).map(({ id, reason }) => ({ source, id, claim, reason })),
    );
    if (attempts.length > 0) await this.#pool.query(ATTEMPTS, [JSON.stringify(attempts)]);
    if (dead.length > 0) await this.#pool.query(DEAD, [JSON.stringify(dead)]);
    for (const { source, change } of results) {
      const { suspend } = change;
      if (suspend !== undefined) await this.#pool.query(SUSPEND, [source, suspend.ruleId, suspend.reason]);
    }
  }

  /** Lets those who look at a page know that results were written. */
  async announce(): Promise<void> {
    await this.#pool.query('SELECT pg_notify($1, $2)', [ATTEMPTS_CHANNEL, '']);
  }

  /** The revision of each source's rules. */
  async revisions(): Promise<Map<string, string>> {
    const { rows } = await this.#pool.query('SELECT source, revision FROM call_events.sources');
    return new Map(rows.map(({ source, revision }) => [String(source), String(revision)]));
  }

  async rules(revision: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query('SELECT text FROM call_events.rules WHERE revision = $1', [revision]);
    return rows[0] === undefined ? undefined : String(rows[0].text);
  }

  async depth(): Promise<{ pending: number; oldestMs: number }> {
    const { rows } = await this.#pool.query(
      `SELECT count(*) AS pending, coalesce(call_events.now_ms() - min(window_at), 0) AS oldest
        FROM call_events.deliveries WHERE state = 'pending'`,
    );
    return { pending: Number(rows[0]?.pending ?? 0), oldestMs: Number(rows[0]?.oldest ?? 0) };
  }

  /** Settled deliveries of before, a few at a time. @returns how many */
  async prune(keepMs: number, most: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `DELETE FROM call_events.deliveries WHERE seq IN (SELECT seq FROM call_events.deliveries
        WHERE state <> 'pending' AND settled_at < call_events.now_ms() - $1 ORDER BY settled_at LIMIT $2
        FOR UPDATE SKIP LOCKED)`,
      [keepMs, most],
    );
    return rowCount ?? 0;
  }
}

function claimOf(row: Record<string, unknown>): Claim & { order: number } {
  const delivery = deliveryFrom(row);
  const { id, callId, event, ruleId, legKey, target } = delivery;
  return {
    source: String(row.source),
    delivery,
    number: Number(row.claim),
    isSuspended: row.suspended === true,
    order: Number(row.seq),
    pending: {
      ...{ id, callId, event, ruleId, legKey, target },
      windowStartedAt: Number(row.window_at),
      attempts: Number(row.attempts),
      attemptsBeforeWindow: Number(row.window_attempts),
      refusals: Number(row.refusals),
      // It was due.
      nextAt: undefined,
      ...(delivery.callEvent === undefined && { isFixed: true }),
    },
  };
}

const columnsOf = (claims: readonly Claim[]) => [
  claims.map(({ source }) => source),
  claims.map(({ delivery }) => delivery.id),
  claims.map(({ number }) => number),
];

function attemptRow(source: string, made: AttemptRecord, claim: number): Record<string, unknown> {
  const { remade } = made;
  return {
    source,
    id: made.id,
    claim,
    number: made.number,
    at: made.at,
    duration_ms: made.durationMs,
    status: made.status,
    outcome: made.outcome,
    reason: storable(made.reason),
    answer: storable(made.answer),
    headers: made.headers === undefined ? undefined : storable(JSON.stringify(made.headers)),
    refusals: made.refusals,
    next_at: made.nextAt,
    ...(remade !== undefined && {
      target: remade.target,
      method: remade.method,
      url: remade.url,
      request_headers: JSON.stringify(remade.headers),
      body: storable(remade.body),
    }),
  };
}

const storable = (text: string | undefined) => (text === undefined ? undefined : storableText(text));
