import type { AttemptView, DeliveryState, DeliveryView } from './admin.ts';

/* Rows of deliveries and attempts, in SQLite and PostgreSQL alike, as people see them. */

/** Whether a number stands in a text, and not only as a part of a longer one. */
export function holdsNumber(text: string, digits: string): boolean {
  return new RegExp(`(?<![0-9])${digits}(?![0-9])`).test(text.replaceAll(/%(?:2B|20)/gi, '+'));
}

const numberOr = (value: unknown) => (value === null ? undefined : Number(value));
export const textOr = (value: unknown) => (value === null ? undefined : String(value));

/** What a list and a view have in common. */
export function listedFieldsOf(row: Record<string, unknown>): Omit<DeliveryView, 'headers' | 'body' | 'callEvent'> {
  return {
    id: String(row.id),
    event: String(row.event),
    extension: String(row.extension),
    ruleId: String(row.event_id),
    callId: String(row.call_id),
    state: String(row.state) as DeliveryState,
    attempts: Number(row.attempts),
    createdAt: Number(row.created_at),
    nextAttemptAt: numberOr(row.next_at),
    settledAt: numberOr(row.settled_at),
    reason: textOr(row.reason),
    method: String(row.method),
    url: String(row.url),
  };
}

/** A delivery from its row. */
export function deliveryViewOf(row: Record<string, unknown>): DeliveryView {
  return {
    ...listedFieldsOf(row),
    headers: JSON.parse(String(row.headers)),
    body: textOr(row.body),
    callEvent: typeof row.call_event === 'string' ? JSON.parse(row.call_event) : undefined,
  };
}

/** An attempt from its row. */
export function attemptViewOf(row: Record<string, unknown>): AttemptView {
  return {
    number: Number(row.number),
    at: Number(row.at),
    durationMs: Number(row.duration_ms),
    status: numberOr(row.status),
    outcome: String(row.outcome),
    reason: textOr(row.reason),
    answer: textOr(row.answer),
    headers: typeof row.headers === 'string' ? JSON.parse(row.headers) : undefined,
  };
}
