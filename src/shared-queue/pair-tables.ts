import type { ClientBase } from 'pg';
import type { QueuePool } from './connect.ts';
import { type Beat, type Evidence, FORGOTTEN_MS, firstChannelOf, type UndecidedDelivery } from './pair-rules.ts';
import { storableText } from './storable-text.ts';

/** What a service says of one Asterisk that it hears. */
export interface OwnBeat {
  source: string;
  /** How old the oldest delivery is that is not in the queue yet. */
  waitingMs: number;
  knowsStartup: boolean;
}

/** A call as a service publishes it. */
export interface PublishedCall {
  source: string;
  callId: string;
  /** Who has published it. */
  service: string;
  /** What is stored of it; absent: it has ended. */
  state?: unknown;
  /** Uniqueids of all channels that it names. */
  channels: readonly string[];
  /** `<uniqueid of a channel> <leg key>` of its legs. */
  legs: readonly string[];
  /** Another service has taken it over. */
  isTakenOver?: boolean;
}

/** How long an ended call is kept, for a service that was started while it went on. */
const ENDED_MS = 600_000;

/** A beat that a crash of the database loses comes again: it does not wait for the disk. */
const BEAT = `
  WITH quick AS (SELECT set_config('synchronous_commit', 'off', true) AS off), mine AS (
    INSERT INTO call_events.services AS s (source, service, beat_at, moved_until, knows_startup)
    SELECT n.source, $1, now.ms, now.ms - n.waiting_ms, n.knows_startup
    FROM jsonb_to_recordset($2::jsonb) AS n(source text, waiting_ms bigint, knows_startup bool)
    CROSS JOIN quick CROSS JOIN (SELECT call_events.now_ms() AS ms) now ORDER BY n.source
    ON CONFLICT (source, service) DO UPDATE SET beat_at = excluded.beat_at, moved_until = excluded.moved_until,
      knows_startup = excluded.knows_startup
    RETURNING s.*
  )
  SELECT o.*, now.ms AS now FROM (SELECT call_events.now_ms() AS ms) now
  LEFT JOIN call_events.services o ON o.source = ANY($3::text[]) AND o.service <> $1`;

const PUBLISH = `
  WITH calls AS (
    SELECT n.* FROM jsonb_to_recordset($1::jsonb)
      AS n(source text, service text, call_id text, state text, channels text[], legs text[], taken_over bool)
  ), ended AS (
    UPDATE call_events.open_calls o SET ended_at = call_events.now_ms() FROM calls c
    WHERE c.state IS NULL AND NOT c.taken_over AND o.service = c.service AND o.source = c.source AND o.call_id = c.call_id
  ), taken_over AS (
    DELETE FROM call_events.open_calls o USING calls c
    WHERE c.taken_over AND o.service = c.service AND o.source = c.source AND o.call_id = c.call_id
  )
  INSERT INTO call_events.open_calls AS o (source, service, call_id, state, channels, legs)
  SELECT source, service, call_id, state, channels, legs FROM calls WHERE state IS NOT NULL
  ON CONFLICT (source, service, call_id) DO UPDATE SET state = excluded.state, ended_at = NULL,
    channels = ARRAY(SELECT DISTINCT unnest(o.channels || excluded.channels)),
    legs = ARRAY(SELECT DISTINCT unnest(o.legs || excluded.legs))`;

/** Publishes calls, in the transaction that writes what comes before in them. */
export async function publishCalls(client: ClientBase, calls: readonly PublishedCall[]): Promise<void> {
  if (calls.length === 0) return;
  const json = JSON.stringify(
    calls.map(({ source, service, callId, state, channels, legs, isTakenOver = false }) => ({
      source,
      service,
      call_id: storableText(callId),
      state: state === undefined ? null : storableText(JSON.stringify(state)),
      channels: channels.map(storableText),
      legs: legs.map(storableText),
      taken_over: isTakenOver,
    })),
  );
  await client.query(PUBLISH, [json]);
}

/** What is known of the legs of deliveries that wait, where no other service writes meanwhile. */
export async function evidenceOf(
  client: Pick<ClientBase, 'query'>,
  source: string,
  service: string,
  undecided: readonly UndecidedDelivery[],
): Promise<Evidence> {
  const legKeys = [...new Set(undecided.map(({ legKey }) => legKey))];
  const ids = undecided.map(({ id }) => id);
  const { rows: there } = await client.query(
    `SELECT leg_key, max(rank) AS rank, array_agg(id) FILTER (WHERE id = ANY ($3::text[])) AS ids
      FROM call_events.deliveries WHERE source = $1 AND leg_key = ANY ($2::text[]) GROUP BY leg_key`,
    [source, legKeys, ids],
  );
  const channels = [...new Set(undecided.map(firstChannelOf))];
  const { rows: known } = await client.query(
    `SELECT service, ended_at IS NOT NULL AS ended, legs FROM call_events.open_calls
      WHERE source = $1 AND service <> $2 AND channels && $3::text[]`,
    [source, service, channels],
  );
  return {
    ids: new Set(there.flatMap((row) => row.ids ?? [])),
    ranks: new Map(there.map((row) => [String(row.leg_key), Number(row.rank)])),
    published: known.flatMap((row) =>
      (row.legs as string[]).map((leg) => {
        const space = leg.indexOf(' ');
        return {
          service: String(row.service),
          channel: leg.slice(0, space),
          legKey: leg.slice(space + 1),
          hasEnded: row.ended === true,
        };
      }),
    ),
  };
}

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
  ): Promise<{ now: number; others: (Beat & { source: string })[] }> {
    const json = JSON.stringify(
      own.map(({ source, waitingMs, knowsStartup }) => ({
        source,
        waiting_ms: Math.round(waitingMs),
        knows_startup: knowsStartup,
      })),
    );
    const { rows } = await this.#pool.query(BEAT, [this.service, json, sources]);
    const others = rows
      .filter(({ service }) => service !== null)
      .map((row) => ({
        source: String(row.source),
        service: String(row.service),
        beatAt: Number(row.beat_at),
        movedUntil: Number(row.moved_until),
        knowsStartup: row.knows_startup === true,
      }));
    return { now: Number(rows[0]?.now ?? 0), others };
  }

  /** CallIDs of the open calls that an earlier run of this service has published. */
  async ownCalls(source: string): Promise<string[]> {
    const { rows } = await this.#pool.query(
      'SELECT call_id FROM call_events.open_calls WHERE source = $1 AND service = $2 AND ended_at IS NULL',
      [source, this.service],
    );
    return rows.map(({ call_id: callId }) => String(callId));
  }

  /** The open calls of others that name one of these channels. */
  async callsWith(source: string, channels: readonly string[]): Promise<{ state: unknown }[]> {
    const { rows } = await this.#pool.query(
      `SELECT state FROM call_events.open_calls
        WHERE source = $1 AND service <> $2 AND channels && $3::text[] AND ended_at IS NULL`,
      [source, this.service, channels],
    );
    return rows.map(({ state }) => ({ state: JSON.parse(state) }));
  }

  /** The open calls of other services, each with the service that has published it. */
  async callsOf(source: string, services: readonly string[]): Promise<{ service: string; state: unknown }[]> {
    const { rows } = await this.#pool.query(
      `SELECT service, state FROM call_events.open_calls
        WHERE source = $1 AND service = ANY($2::text[]) AND ended_at IS NULL`,
      [source, services],
    );
    return rows.map(({ service, state }) => ({ service: String(service), state: JSON.parse(state) }));
  }

  /** Of legs, those that are in the queue, each with the rank of its last event there. */
  async ranksOf(source: string, legKeys: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.#pool.query(
      `SELECT leg_key, max(rank) AS rank FROM call_events.deliveries
        WHERE source = $1 AND leg_key = ANY ($2::text[]) GROUP BY leg_key`,
      [source, legKeys],
    );
    return new Map(rows.map((row) => [String(row.leg_key), Number(row.rank)]));
  }

  /** Forgets calls that have ended, and services that are gone for good. */
  async tidy(): Promise<void> {
    await this.#pool.query(
      'DELETE FROM call_events.open_calls WHERE service = $1 AND ended_at < call_events.now_ms() - $2',
      [this.service, ENDED_MS],
    );
    await this.#pool.query('DELETE FROM call_events.services WHERE beat_at < call_events.now_ms() - $1', [
      FORGOTTEN_MS,
    ]);
    await this.#pool.query(
      `DELETE FROM call_events.open_calls o WHERE NOT EXISTS (
        SELECT FROM call_events.services s WHERE s.source = o.source AND s.service = o.service)`,
    );
  }
}
