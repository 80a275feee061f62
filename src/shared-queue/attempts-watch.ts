import type { Delivery } from '../delivery/delivery.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import { ATTEMPTS_CHANNEL } from './claims.ts';
import { connectQueue, type QueuePool } from './connect.ts';
import { listenOn } from './listen-on.ts';

/** Without a hint: a pooler may swallow them. */
const LOOK_MS = 3000;
/** However many attempts there are, it is not looked more often. */
const GAP_MS = 500;
/** An attempt recorded up to 5 s after it ended is still found. */
const LATE_MS = 5000;
/** No person reads more at once. */
const MOST = 500;
/** One connection listens, the other reads. No statement works longer for a page. */
const LIMITS = { connectMs: 2000, statementMs: 2000, max: 2 };

/** What has ended since, the last first; and what has become a dead letter without an attempt. */
const ENDED = `
  WITH ended AS (
    (SELECT a.source, a.delivery, a.number, a.at + a.duration_ms AS ended_at, a.status, a.duration_ms, a.outcome, a.reason
      FROM call_events.attempts a
      WHERE a.source = ANY ($1::text[]) AND a.at + a.duration_ms > (SELECT call_events.now_ms()) - $2::bigint
      ORDER BY ended_at DESC LIMIT ${MOST})
    UNION ALL
    (SELECT d.source, d.id, 0, d.settled_at, NULL, 0, d.state, d.reason FROM call_events.deliveries d
      WHERE d.source = ANY ($1::text[]) AND d.state <> 'pending' AND d.state = 'dead'
        AND d.settled_at > (SELECT call_events.now_ms()) - $2::bigint
        AND NOT EXISTS (SELECT FROM call_events.attempts a WHERE a.source = d.source AND a.delivery = d.id
          AND a.number = d.attempts AND a.outcome = 'dead')
      ORDER BY d.settled_at DESC LIMIT ${MOST})
  )
  SELECT e.*, d.call_id, d.extension, d.event, d.event_id, d.url, d.target, d.attempts,
    CASE WHEN d.state = 'pending' AND d.attempts = e.number AND d.worker IS NULL THEN d.next_at END AS next_at
  FROM ended e JOIN call_events.deliveries d ON d.source = e.source AND d.id = e.delivery
  ORDER BY e.ended_at LIMIT ${MOST}`;

export interface AttemptsWatchOptions {
  url: string;
  /** Of the service, as it is configured now. */
  sources(): readonly string[];
  /** What workers have tried, each once; and what became a dead letter without being tried. */
  onAttempts(reports: readonly AttemptReport[]): void;
}

/**
 * Sees what workers do while a page is looked at. That something was done is said on a channel; what it was is read, a
 * few times a second at most. While the database is away nothing is seen, and it is tried again.
 */
export class AttemptsWatch {
  readonly #options: AttemptsWatchOptions;
  readonly #pool: QueuePool;
  readonly #endListening: () => void;
  /** What was seen, by source, id and number, with when it had ended. */
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isHinted = false;
  #stopped = false;

  constructor(options: AttemptsWatchOptions) {
    this.#options = options;
    this.#pool = connectQueue(options.url, 'call-events page, listening', () => undefined, LIMITS);
    this.#endListening = listenOn(this.#pool, ATTEMPTS_CHANNEL, () => this.#hint());
    this.#lookIn(0);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#endListening();
    await this.#looking;
    await this.#pool.end();
  }

  #hint(): void {
    this.#isHinted = true;
    if (this.#looking === undefined) this.#lookIn(Math.max(0, this.#lookedAt + GAP_MS - performance.now()));
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#isHinted = false;
      this.#lookedAt = performance.now();
      this.#looking = this.#look()
        .catch(() => undefined)
        .finally(() => {
          this.#looking = undefined;
          this.#lookIn(this.#isHinted ? GAP_MS : LOOK_MS);
        });
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { sources, onAttempts } = this.#options;
    const { rows } = await this.#pool.query(ENDED, [sources(), LATE_MS]);
    if (this.#stopped) return;
    const fresh = rows.filter((row) => !this.#seen.has(keyOf(row)));
    const oldest = Math.max(0, ...rows.map(({ ended_at }) => Number(ended_at))) - 2 * LATE_MS;
    for (const [key, endedAt] of this.#seen) if (endedAt < oldest) this.#seen.delete(key);
    for (const row of fresh) this.#seen.set(keyOf(row), Number(row.ended_at));
    if (fresh.length > 0) onAttempts(fresh.map(reportOf));
  }
}

const keyOf = (row: Record<string, unknown>) => `${row.source}/${row.delivery}/${row.number}`;

function reportOf(row: Record<string, unknown>): AttemptReport {
  const number = Number(row.number);
  return {
    delivery: {
      id: String(row.delivery),
      callId: String(row.call_id),
      extension: String(row.extension),
      event: String(row.event) as Delivery['event'],
      ruleId: String(row.event_id),
      url: String(row.url),
      target: String(row.target),
    },
    attempt: number === 0 ? Number(row.attempts) : number,
    sent: number > 0,
    status: row.status === null ? undefined : Number(row.status),
    durationMs: Number(row.duration_ms),
    outcome: row.outcome as AttemptReport['outcome'],
    reason: row.reason === null ? undefined : String(row.reason),
    nextAttemptAt: row.next_at === null ? undefined : Number(row.next_at),
  };
}
