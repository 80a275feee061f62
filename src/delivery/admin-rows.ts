import type { AttemptView, DeliveryCount, DeliveryState, DeliveryView, SuspendedRule } from './admin.ts';

/* Rows of deliveries and attempts, in SQLite and PostgreSQL alike, as people see them. */

/**
 * Whether a number stands in a text, and not only as a part of a longer one. Whatever else is percent-encoded in a URL
 * or a form ends it too, though it may end in a digit itself: `%28`, a bracket, or `%22`, a quote. Digits are never
 * encoded.
 */
function holdsNumber(text: string, digits: string): boolean {
  return new RegExp(`(?<![0-9])${digits}(?![0-9])`).test(text.replaceAll(/%[0-9a-f]{2}/gi, ' '));
}

const numberOr = (value: unknown) => (value === null ? undefined : Number(value));
/** The text of a column; absent: it is NULL. */
export const textOr = (value: unknown) => (value === null ? undefined : String(value));

/** The fields that lists and single views of a delivery share. */
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

/** A suspended rule from its row. */
export function suspendedRuleOf(row: Record<string, unknown>): SuspendedRule {
  return { ruleId: String(row.event_id), since: Number(row.since), reason: String(row.reason) };
}

/** The columns for SELECT that {@link deliveryCountOf} reads; GROUP BY and ORDER BY follow FROM and WHERE. */
export const COUNTED = 'state, event_id, extension, event, target, reason, count(*) AS count';
export const COUNT_GROUPS = `GROUP BY state, event_id, extension, event, target, reason
  ORDER BY count DESC, state, event_id, reason`;

/** A count from its row. */
export function deliveryCountOf(row: Record<string, unknown>): DeliveryCount {
  return {
    state: String(row.state) as DeliveryState,
    ruleId: String(row.event_id),
    extension: String(row.extension),
    event: String(row.event),
    target: String(row.target),
    reason: textOr(row.reason),
    count: Number(row.count),
  };
}

/** The keys of settled rows that contain a number, and how many pending rows contain it. */
export function holdingNumber<R extends Record<string, unknown>, Key>(
  rows: Iterable<R>,
  digits: string,
  keyOf: (row: R) => Key,
): { settled: Key[]; pending: number } {
  const settled: Key[] = [];
  let pending = 0;
  for (const row of rows) {
    const isIn = [row.url, row.body, row.call_event].some((text) => holdsNumber(String(text ?? ''), digits));
    if (isIn && row.state === 'pending') pending++;
    else if (isIn) settled.push(keyOf(row));
  }
  return { settled, pending };
}
