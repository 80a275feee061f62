import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import type { Logger } from '../log.ts';
import { maskUrl } from '../redact/redactor.ts';

/** One line for each attempt, with fixed names, that shows the whole decision. */
export function logAttempt(log: Logger, report: AttemptReport): void {
  const { delivery, attempt, status, durationMs, outcome, reason, nextAttemptAt } = report;
  const fields = {
    delivery: delivery.id,
    callId: delivery.callId,
    extension: delivery.extension,
    event: delivery.event,
    eventId: delivery.ruleId,
    attempt,
    ...(status !== undefined && { status }),
    durationMs,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: new Date(nextAttemptAt).toISOString() }),
    url: maskUrl(delivery.url),
  };
  const text = `${delivery.event} of ${delivery.extension}: ${outcome}`;
  if (outcome === 'delivered') log.info(fields, text);
  else if (outcome === 'retry') log.warn(fields, text);
  else log.error(fields, `${text}; see: call-events deliveries show ${delivery.id}`);
}
