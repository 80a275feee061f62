import type { QueuePool } from './connect.ts';
import { type Beat, FORGOTTEN_MS } from './pair-rules.ts';
import { storableText } from './queue-writer.ts';

/** What a service says of one Asterisk that it hears. */
export interface OwnBeat {
  source: string;
  /** By the database's clock, as {@link PairTables.beat} has said; absent: this is the first time since it is connected. */
  connectedAt: number | undefined;
  /** For how long it has been connected; used the first time. */
  connectedMs: number;
  /** How old the oldest delivery is that is not in the queue yet. */
  waitingMs: number;
  knowsStartup: boolean;
}

/** A call as a service publishes it. */
export interface PublishedCall {
  source: string;
  callId: string;
  /** What is stored of it; absent: nothing is left of it. */
  state: unknown;
  /** Uniqueids of all channels that it names. */
  channels: readonly string[];
}

/** For so long an ended call is kept, for a service that was started while it went on. */
const ENDED_MS = 60_000;

/** A beat that a crash of the database loses comes again: nothing waits for the disk. */
const NO_WAIT = `quick AS (SELECT set_config('synchronous_commit', 'off', true) AS off)`;

const BEAT = `
  WITH ${NO_WAIT}, mine AS (
    INSERT INTO call_events.services AS s (source, service, beat_at, connected_at, moved_until, knows_startup)
    SELECT n.source, $1, now.ms, coalesce(n.connected_at, now.ms - n.connected_ms), now.ms - n.waiting_ms, n.knows_startup
    FROM jsonb_to_recordset($2::jsonb) AS n(source text, connected_at bigint, connected_ms bigint, waiting_ms bigint,
      knows_startup bool) CROSS JOIN quick CROSS JOIN (SELECT call_events.now_ms() AS ms) now
    ON CONFLICT (source, service) DO UPDATE SET beat_at = excluded.beat_at, connected_at = excluded.connected_at,
      moved_until = excluded.moved_until, knows_startup = excluded.knows_startup
    RETURNING s.*
  )
  SELECT *, call_events.now_ms() AS now FROM mine
  UNION ALL SELECT *, call_events.now_ms() FROM call_events.services WHERE source = ANY($3::text[]) AND service <> $1`;

const PUBLISH = `
  WITH ${NO_WAIT}, calls AS (
    SELECT n.* FROM jsonb_to_recordset($2::jsonb) AS n(source text, call_id text, state text, channels text[]) CROSS JOIN quick
  ), ended AS (
    UPDATE call_events.open_calls o SET ended_at = call_events.now_ms() FROM calls c
    WHERE c.state IS NULL AND o.service = $1 AND o.source = c.source AND o.call_id = c.call_id
  )
  INSERT INTO call_events.open_calls AS o (source, service, call_id, state, channels)
  SELECT source, $1, call_id, state, channels FROM calls WHERE state IS NOT NULL
  ON CONFLICT (source, service, call_id) DO UPDATE SET state = excluded.state, ended_at = NULL,
    channels = ARRAY(SELECT DISTINCT unnest(o.channels || excluded.channels))`;

/** What services on one Asterisk know of each other, and of the calls that go on there. */
export class PairTables {
  readonly #pool: QueuePool;
  readonly service: string;

  /** @param service this one's name, the same after a restart */
  constructor(pool: QueuePool, service: string) {
    this.#pool = pool;
    this.service = service;
  }

  /** Says that this service hears Asterisk, and reads what others say. @param sources all that it is to hear */
  async beat(
    own: readonly OwnBeat[],
    sources: readonly string[],
  ): Promise<{ now: number; beats: (Beat & { source: string })[] }> {
    const json = JSON.stringify(
      own.map(({ source, connectedAt, connectedMs, waitingMs, knowsStartup }) => ({
        source,
        connected_at: connectedAt ?? null,
        connected_ms: Math.round(connectedMs),
        waiting_ms: Math.round(waitingMs),
        knows_startup: knowsStartup,
      })),
    );
    const { rows } = await this.#pool.query(BEAT, [this.service, json, sources]);
    const beats = rows.map((row) => ({
      source: String(row.source),
      service: String(row.service),
      beatAt: Number(row.beat_at),
      connectedAt: Number(row.connected_at),
      movedUntil: Number(row.moved_until),
      knowsStartup: row.knows_startup === true,
    }));
    return { now: Number(rows[0]?.now ?? 0), beats };
  }

  /** What this run knows is all that there is. */
  async forgetOwn(): Promise<void> {
    await this.#pool.query('DELETE FROM call_events.open_calls WHERE service = $1', [this.service]);
  }

  async publish(calls: readonly PublishedCall[]): Promise<void> {
    const json = JSON.stringify(
      calls.map(({ source, callId, state, channels }) => ({
        source,
        call_id: storableText(callId),
        state: state === undefined ? null : storableText(JSON.stringify(state)),
        channels: channels.map(storableText),
      })),
    );
    await this.#pool.query(PUBLISH, [this.service, json]);
  }

  /** The calls of others that name one of these channels, ended ones too: what was stored of each. */
  async callsWith(source: string, channels: readonly string[], isOpen: boolean): Promise<unknown[]> {
    const { rows } = await this.#pool.query(
      `SELECT state FROM call_events.open_calls WHERE source = $1 AND service <> $2 AND channels && $3::text[]
        AND (ended_at IS NULL OR NOT $4)`,
      [source, this.service, channels, isOpen],
    );
    return rows.map(({ state }) => JSON.parse(state));
  }

  /** Whether something of this leg is in the queue, or was sent from there. */
  async hasLeg(source: string, legKey: string): Promise<boolean> {
    const { rows } = await this.#pool.query(
      'SELECT FROM call_events.deliveries WHERE source = $1 AND leg_key = $2 LIMIT 1',
      [source, storableText(legKey)],
    );
    return rows.length > 0;
  }

  /** The open calls of other services. */
  async callsOf(source: string, services: readonly string[]): Promise<unknown[]> {
    const { rows } = await this.#pool.query(
      'SELECT state FROM call_events.open_calls WHERE source = $1 AND service = ANY($2::text[]) AND ended_at IS NULL',
      [source, services],
    );
    return rows.map(({ state }) => JSON.parse(state));
  }

  /** Forgets calls that have ended, and services that are gone for good. */
  async tidy(): Promise<void> {
    await this.#pool.query(
      'DELETE FROM call_events.open_calls WHERE service = $1 AND ended_at < call_events.now_ms() - $2',
      [this.service, ENDED_MS],
    );
    await this.#pool.query(
      `WITH gone AS (DELETE FROM call_events.services WHERE beat_at < call_events.now_ms() - $1 RETURNING source, service)
        DELETE FROM call_events.open_calls o USING gone WHERE o.source = gone.source AND o.service = gone.service`,
      [FORGOTTEN_MS],
    );
  }
}
