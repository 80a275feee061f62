import type {
  AttemptView,
  DeliveryCount,
  DeliveryFilter,
  DeliveryView,
  OutboxAdmin,
  SuspendedRule,
} from '../delivery/admin.ts';
import {
  attemptViewOf,
  COUNT_GROUPS,
  COUNTED,
  deliveryCountOf,
  deliveryViewOf,
  holdingNumber,
  suspendedRuleOf,
} from '../delivery/admin-rows.ts';
import type { DeliveryKey } from '../delivery/delivery.ts';
import { conditionsOf, whereOf } from '../delivery/delivery-filter.ts';
import { connectQueue, type QueuePool } from './connect.ts';
import { migrateQueue } from './migrations.ts';
import { changeDeliveries, DELIVERIES, numbered, OF_ANY_SOURCE } from './queue-sql.ts';

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

/** The same, of a queue that is connected and whose tables are there. */
export const viewQueue = (pool: QueuePool): OutboxAdmin => new QueueAdmin(pool);

class QueueAdmin implements OutboxAdmin {
  readonly #pool: QueuePool;

  constructor(pool: QueuePool) {
    this.#pool = pool;
  }

  async find(filter: DeliveryFilter, limit: number): Promise<DeliveryView[]> {
    const { where, values } = selected(filter);
    const rows = await this.#rows(`SELECT * FROM ${DELIVERIES} WHERE ${where} ORDER BY seq DESC LIMIT ?`, [
      ...values,
      limit,
    ]);
    return rows.map(deliveryViewOf).reverse();
  }

  async show(id: string): Promise<DeliveryView | undefined> {
    const [found] = await this.find({ ids: [id] }, 1);
    return found;
  }

  async attempts({ id }: DeliveryKey): Promise<AttemptView[]> {
    const rows = await this.#rows(
      `SELECT a.* FROM call_events.attempts a JOIN ${DELIVERIES} d ON d.source = a.source AND d.id = a.delivery
        WHERE d.seq IN (SELECT seq FROM ${DELIVERIES} WHERE ${OF_ANY_SOURCE.ids}) ORDER BY a.number`,
      [JSON.stringify([id])],
    );
    return rows.map(attemptViewOf);
  }

  /** @param _now the database's clock counts */
  async retry(filter: DeliveryFilter, _now: number): Promise<number> {
    return this.#change('retry', filter);
  }

  async discard(filter: DeliveryFilter, _now: number): Promise<number> {
    return this.#change('discard', filter);
  }

  async suspended(): Promise<SuspendedRule[]> {
    return (await this.#rows('SELECT * FROM call_events.suspended ORDER BY since', [])).map(suspendedRuleOf);
  }

  async resume(ruleId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query('DELETE FROM call_events.suspended WHERE event_id = $1', [ruleId]);
    return (rowCount ?? 0) > 0;
  }

  /** PostgreSQL overwrites what is deleted when it vacuums the table. */
  async forget(digits: string): Promise<{ forgotten: number; pending: number; isOverwritten: boolean }> {
    const rows = await this.#rows(
      `SELECT source, id, state, url, body, call_event FROM ${DELIVERIES}
        WHERE position(? IN coalesce(call_event, '') || url || coalesce(body, '')) > 0`,
      [digits],
    );
    const { settled, pending } = holdingNumber(rows, digits, ({ source, id }) => ({ source, id }));
    await this.#pool.query(
      `DELETE FROM call_events.deliveries d USING unnest($1::text[], $2::text[]) AS gone(source, id)
        WHERE d.source = gone.source AND d.id = gone.id AND d.state <> 'pending'`,
      [settled.map(({ source }) => source), settled.map(({ id }) => id)],
    );
    return { forgotten: settled.length, pending, isOverwritten: true };
  }

  async counts(filter: DeliveryFilter): Promise<DeliveryCount[]> {
    const { where, values } = selected(filter);
    const rows = await this.#rows(`SELECT ${COUNTED} FROM ${DELIVERIES} WHERE ${where} ${COUNT_GROUPS}`, values);
    return rows.map(deliveryCountOf);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #change(change: 'retry' | 'discard', filter: DeliveryFilter): Promise<number> {
    const { where, values } = selected(filter);
    return changeDeliveries(this.#pool, change, where, values);
  }

  async #rows(sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#pool.query(numbered(sql), [...values]);
    return rows;
  }
}

const selected = (filter: DeliveryFilter) => whereOf(conditionsOf(filter, OF_ANY_SOURCE));
