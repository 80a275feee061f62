import { describeCall } from '../calls/call-event.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import { reasonWithoutDetails } from '../delivery/reason-without-details.ts';
import type { Logger } from '../log.ts';
import { redactUrl } from '../redact/redactor.ts';

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
    url: redactUrl(delivery.url),
  };
  const text = `${describeDelivery(delivery)}: ${whatCameOfIt(report)}`;
  if (outcome === 'delivered') log.info(fields, text);
  else if (outcome === 'retry') log.warn(fields, text);
  else log.error(fields, `${text}; see: call-events deliveries show ${delivery.id}`);
}

/** `101 hangup, +31612345678 → 101, not answered here` */
function describeDelivery({ extension, event, callEvent }: AttemptReport['delivery']): string {
  return [`${extension} ${event}`, ...(callEvent === undefined ? [] : [describeCall(callEvent)])].join(', ');
}

/** `delivered to crm.example.com (200, 34 ms)` */
function whatCameOfIt({ delivery, sent, status, durationMs, outcome, reason, nextAttemptAt }: AttemptReport): string {
  const host = URL.parse(delivery.target)?.host ?? delivery.target;
  if (outcome === 'delivered') return `delivered to ${host} (${status}, ${durationMs} ms)`;
  const why = `${reason === undefined ? outcome : reasonWithoutDetails(reason)}${sent ? `, ${durationMs} ms` : ''}`;
  if (outcome !== 'retry') return `dead letter for ${host} (${why})`;
  const next =
    nextAttemptAt === undefined
      ? 'not tried again'
      : `again at ${new Date(nextAttemptAt).toISOString().slice(11, 19)} UTC`;
  return `not delivered to ${host} (${why}), ${next}`;
}
