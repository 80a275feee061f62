import type { Delivery } from '../delivery.ts';
import type { PendingDelivery } from '../pending-delivery.ts';

/**
 * Pending deliveries from rows of the outbox, read row by row. The few values that all rows share are kept once: after
 * a day without a receiver there can be a million rows.
 */
export function pendingFrom(rows: Iterable<Record<string, unknown>>): PendingDelivery[] {
  const shared = new Map<string, string>();
  const once = (value: unknown) => {
    const text = String(value);
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
  const pending: PendingDelivery[] = [];
  for (const row of rows) {
    pending.push({
      id: String(row.id),
      callId: String(row.call_id),
      event: once(row.event) as PendingDelivery['event'],
      ruleId: once(row.event_id),
      legKey: String(row.leg_key),
      target: once(row.target),
      windowStartedAt: Number(row.created_at),
      attempts: Number(row.attempts),
      attemptsBeforeWindow: Number(row.window_attempts),
      refusals: Number(row.refusals),
      nextAt: row.next_at === null ? undefined : Number(row.next_at),
      ...(row.is_fixed === 1 && { isFixed: true }),
    });
  }
  return pending;
}

/** A delivery as a whole, from its row. */
export function deliveryFrom(row: Record<string, unknown>): Delivery {
  return {
    id: String(row.id),
    event: String(row.event) as Delivery['event'],
    ruleId: String(row.event_id),
    callId: String(row.call_id),
    extension: String(row.extension),
    legKey: String(row.leg_key),
    target: String(row.target),
    method: row.method === 'POST' ? 'POST' : 'GET',
    url: String(row.url),
    headers: JSON.parse(String(row.headers)),
    body: row.body === null ? undefined : String(row.body),
    createdAt: Number(row.created_at),
    ...(typeof row.call_event === 'string' && { callEvent: JSON.parse(row.call_event) }),
  };
}
