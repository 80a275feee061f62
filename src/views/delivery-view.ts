import type { AttemptView, DeliveryView } from '../delivery/admin.ts';
import type { Redactor } from '../redact/redactor.ts';

/** The fields of a delivery as scripts read them: the log's names, times as ISO 8601; what is absent is null. */
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

export function jsonOfAttempt({ at, status, reason, answer, ...rest }: AttemptView, redactor: Redactor) {
  const mask = (text: string | undefined) => (text === undefined ? null : redactor.text(text));
  return { ...rest, at: timeOf(at), status: status ?? null, reason: mask(reason), answer: mask(answer) };
}

/** A moment as it is shown everywhere: ISO 8601. */
export const timeOf = (at: number) => new Date(at).toISOString();
