import type { Delivery, DeliveryKey } from './delivery.ts';

/** What is known of a delivery on its way, besides what it sends. */
export interface Pending extends DeliveryKey, Pick<Delivery, 'event' | 'eventId' | 'legKey' | 'target' | 'createdAt'> {
  /** In all. */
  attempts: number;
  /** Of them, those before it was set to be sent again: the schedule begins anew. `createdAt` is then of that moment. */
  earlierAttempts: number;
  refusals: number;
  /** Milliseconds since 1970; absent: at once. */
  nextAt: number | undefined;
}

/** A delivery that has just been written. */
export function pendingOf({ id, callId, event, eventId, legKey, target, createdAt }: Delivery): Pending {
  const begins = { attempts: 0, earlierAttempts: 0, refusals: 0, nextAt: undefined };
  return { id, callId, event, eventId, legKey, target, createdAt, ...begins };
}

/**
 * Those that the outbox holds: taken row by row, and each of the few values that all rows share kept once, for after a
 * day without a receiver these can be a million.
 */
export function pendingFrom(rows: Iterable<Record<string, unknown>>): Pending[] {
  const shared = new Map<string, string>();
  const once = (value: unknown) => {
    const text = String(value);
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
  const pending: Pending[] = [];
  for (const row of rows) {
    pending.push({
      id: String(row.id),
      callId: String(row.call_id),
      event: once(row.event) as Pending['event'],
      eventId: once(row.event_id),
      legKey: String(row.leg_key),
      target: once(row.target),
      createdAt: Number(row.created_at),
      attempts: Number(row.attempts),
      earlierAttempts: Number(row.window_attempts),
      refusals: Number(row.refusals),
      nextAt: row.next_at === null ? undefined : Number(row.next_at),
    });
  }
  return pending;
}
