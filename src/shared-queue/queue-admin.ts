import type {
  AttemptView,
  DeliveryCount,
  DeliveryFilter,
  DeliveryState,
  DeliveryView,
  OutboxAdmin,
  SuspendedRule,
} from '../delivery/admin.ts';
import { attemptViewOf, deliveryViewOf, holdsNumber, textOr } from '../delivery/admin-rows.ts';
import type { DeliveryKey } from '../delivery/delivery.ts';
import { connectQueue, type QueuePool } from './connect.ts';
import { migrateQueue } from './migrations.ts';
import { DUE_CHANNEL } from './queue-writer.ts';

/** How a part of a filter is put; `?` is its value. */
const CONDITIONS: { readonly [Part in keyof Required<DeliveryFilter>]: string } = {
  ids: 'id = ANY(?)',
  callId: 'call_id = ?',
  extension: 'extension = ?',
  ruleId: 'event_id = ?',
  state: 'state = ?',
  event: 'event = ?',
  target: 'target = ?',
  since: 'created_at >= ?',
  until: 'created_at <= ?',
  reason: "reason ILIKE '%' || ? || '%'",
};

/** The queue as people see it. */
export async function openQueue(url: string): Promise<OutboxAdmin> {
  const pool = connectQueue(url, 'call-events deliveries', () => undefined);
  try {
    await migrateQueue(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new QueueAdmin(pool);
}

class QueueAdmin implements OutboxAdmin {
  readonly #pool: QueuePool;

  constructor(pool: QueuePool) {
    this.#pool = pool;
  }

  async find(filter: DeliveryFilter, limit: number): Promise<DeliveryView[]> {
    const { where, values } = whereOf(filter);
    const { rows } = await this.#pool.query(
      `SELECT * FROM call_events.deliveries WHERE ${where} ORDER BY seq DESC LIMIT $${values.length + 1}`,
      [...values, limit],
    );
    return rows.map(deliveryViewOf).reverse();
  }

  async show(id: string): Promise<DeliveryView | undefined> {
    const [found] = await this.find({ ids: [id] }, 1);
    return found;
  }

  async attempts({ id }: DeliveryKey): Promise<AttemptView[]> {
    const { rows } = await this.#pool.query('SELECT * FROM call_events.attempts WHERE delivery = $1 ORDER BY number', [
      id,
    ]);
    return rows.map(attemptViewOf);
  }

  /** @param _now the database's clock counts */
  async retry(filter: DeliveryFilter, _now: number): Promise<number> {
    const { where, values } = whereOf(filter);
    const { rowCount } = await this.#pool.query(
      `UPDATE call_events.deliveries SET state = 'pending', window_at = call_events.now_ms(), window_attempts = attempts,
        refusals = 0, next_at = call_events.now_ms(), settled_at = NULL, reason = NULL, worker = NULL, claim = claim + 1
        WHERE ${where}`,
      values,
    );
    await this.#pool.query('SELECT pg_notify($1, $2)', [DUE_CHANNEL, '']);
    return rowCount ?? 0;
  }

  async discard(filter: DeliveryFilter, _now: number): Promise<number> {
    const { where, values } = whereOf({ ...filter, state: 'pending' });
    const { rowCount } = await this.#pool.query(
      `UPDATE call_events.deliveries SET state = 'dead', next_at = NULL, settled_at = call_events.now_ms(),
        reason = 'discarded', worker = NULL, claim = claim + 1 WHERE ${where}`,
      values,
    );
    return rowCount ?? 0;
  }

  async suspended(): Promise<SuspendedRule[]> {
    const { rows } = await this.#pool.query('SELECT * FROM call_events.suspended ORDER BY since');
    return rows.map((row) => ({ ruleId: String(row.event_id), since: Number(row.since), reason: String(row.reason) }));
  }

  async resume(ruleId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query('DELETE FROM call_events.suspended WHERE event_id = $1', [ruleId]);
    return (rowCount ?? 0) > 0;
  }

  /** PostgreSQL overwrites what is deleted when it vacuums the table. */
  async forget(digits: string): Promise<{ forgotten: number; pending: number; isOverwritten: boolean }> {
    const { rows } = await this.#pool.query(
      `SELECT source, id, state, url, body, call_event FROM call_events.deliveries
        WHERE position($1 IN coalesce(call_event, '') || url || coalesce(body, '')) > 0`,
      [digits],
    );
    const found = rows.filter((row) =>
      [row.url, row.body, row.call_event].some((text) => holdsNumber(String(text ?? ''), digits)),
    );
    const settled = found.filter(({ state }) => state !== 'pending');
    await this.#pool.query(
      `DELETE FROM call_events.deliveries d USING unnest($1::text[], $2::text[]) AS gone(source, id)
        WHERE d.source = gone.source AND d.id = gone.id AND d.state <> 'pending'`,
      [settled.map(({ source }) => source), settled.map(({ id }) => id)],
    );
    return { forgotten: settled.length, pending: found.length - settled.length, isOverwritten: true };
  }

  async counts(filter: DeliveryFilter): Promise<DeliveryCount[]> {
    const { where, values } = whereOf(filter);
    const { rows } = await this.#pool.query(
      `SELECT state, event_id, extension, event, target, reason, count(*) AS count FROM call_events.deliveries
        WHERE ${where} GROUP BY state, event_id, extension, event, target, reason
        ORDER BY count DESC, state, event_id, reason`,
      values,
    );
    return rows.map((row) => ({
      state: String(row.state) as DeliveryState,
      ruleId: String(row.event_id),
      extension: String(row.extension),
      event: String(row.event),
      target: String(row.target),
      reason: textOr(row.reason),
      count: Number(row.count),
    }));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function whereOf(filter: DeliveryFilter): { where: string; values: unknown[] } {
  const parts = Object.keys(CONDITIONS) as (keyof DeliveryFilter)[];
  const values: unknown[] = [];
  const texts = parts.flatMap((part) => {
    const value = filter[part];
    if (value === undefined) return [];
    values.push(part === 'reason' ? String(value).replaceAll(/[\\%_]/g, '\\$&') : value);
    return [CONDITIONS[part].replace('?', `$${values.length}`)];
  });
  return { where: texts.join(' AND ') || 'TRUE', values };
}
