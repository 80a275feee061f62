import type { Delivery, DeliveryKey } from '../delivery.ts';

/** What is known of a delivery on its way, besides what it sends. */
export interface PendingDelivery extends DeliveryKey, Pick<Delivery, 'event' | 'ruleId' | 'legKey' | 'target'> {
  /** When its retry window began, milliseconds since 1970: when it was made, or when it was last set to be sent again. */
  windowStartedAt: number;
  /** In all. */
  attempts: number;
  /** Of them, those before its retry window: set to be sent again, its schedule began anew. */
  attemptsBeforeWindow: number;
  refusals: number;
  /** Milliseconds since 1970; absent: at once. */
  nextAt: number | undefined;
}

/** A delivery that has just been written. */
export function pendingOf({ id, callId, event, ruleId, legKey, target, createdAt }: Delivery): PendingDelivery {
  const begins = { attempts: 0, attemptsBeforeWindow: 0, refusals: 0, nextAt: undefined };
  return { id, callId, event, ruleId, legKey, target, windowStartedAt: createdAt, ...begins };
}

/**
 * Those that the outbox holds: taken row by row, and each of the few values that all rows share kept once, for after a
 * day without a receiver these can be a million.
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
    });
  }
  return pending;
}
