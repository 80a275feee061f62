import type { AttemptView, DeliveryView } from '../delivery/admin.ts';
import { maskSecrets, maskUrl } from '../redact.ts';

/** What is kept out of everything that is shown. */
export interface Masks {
  secrets: readonly string[];
}

/** The fields of a delivery as scripts read them: the log's names, times as ISO 8601; what is absent is null. */
export function jsonOfDelivery(one: DeliveryView, masks: Masks) {
  const mask = (text: string) => maskSecrets(text, masks.secrets);
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
    reason: one.reason === undefined ? null : mask(one.reason),
    method: one.method,
    url: mask(maskUrl(one.url)),
  };
}

export function jsonOfAttempt({ at, status, reason, answer, ...rest }: AttemptView, masks: Masks) {
  const mask = (text: string | undefined) => (text === undefined ? null : maskSecrets(text, masks.secrets));
  return { ...rest, at: timeOf(at), status: status ?? null, reason: mask(reason), answer: mask(answer) };
}

/** A moment as it is shown everywhere: ISO 8601. */
export const timeOf = (at: number) => new Date(at).toISOString();
