import type { AttemptView, DeliveryView } from '../delivery/admin.ts';
import type { Redactor } from '../redact/redactor.ts';

/** The fields of a delivery as scripts read them: the log's names, times as ISO 8601; absent fields are null. */
export function jsonOfDelivery(one: DeliveryView, redactor: Redactor) {
  return {
    delivery: one.id,
    event: one.event,
    extension: one.extension,
    eventId: one.ruleId,
    callId: one.callId,
    state: one.state,
    attempt: one.attempts,
    createdAt: timeOf(one.createdAt),
    nextAttemptAt: one.nextAttemptAt === undefined ? null : timeOf(one.nextAttemptAt),
    settledAt: one.settledAt === undefined ? null : timeOf(one.settledAt),
    reason: one.reason === undefined ? null : redactor.text(one.reason),
    method: one.method,
    url: redactor.url(one.url),
  };
}

export function jsonOfAttempt(
  { number, at, durationMs, status, outcome, reason, answer, headers }: AttemptView,
  redactor: Redactor,
) {
  const redact = (text: string | undefined) => (text === undefined ? null : redactor.text(text));
  return {
    number,
    at: timeOf(at),
    durationMs,
    status: status ?? null,
    outcome,
    reason: redact(reason),
    headers: headers === undefined ? null : answeredHeaders(headers, redactor),
    answer: redact(answer),
  };
}

/** The headers of an answer without secrets: it may repeat secrets of the request under any name. */
export function answeredHeaders(headers: Readonly<Record<string, string>>, redactor: Redactor): Record<string, string> {
  return Object.fromEntries(
    Object.entries(redactor.fields(headers)).map(([name, value]) => [name, redactor.text(value)]),
  );
}

/** A time in ISO 8601. */
export const timeOf = (at: number) => new Date(at).toISOString();
