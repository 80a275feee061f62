import type { CallDetails } from './call-event.ts';
import type { Leg } from './leg.ts';

/**
 * What is known of a leg beyond VoipNow's parameters.
 * @param endedAt when the leg ended, for its durations; absent while it is open
 */
export function detailsOf(leg: Leg, endedAt: number | undefined): CallDetails {
  const details: CallDetails = {};
  if (leg.transferredBy !== undefined) details.transferredBy = leg.transferredBy;
  if (leg.queue !== undefined) details.queue = leg.queue;
  if (leg.variables !== undefined) details.variables = Object.fromEntries(leg.variables);
  if (leg.dialStatus !== undefined) details.dialStatus = leg.dialStatus;
  if (leg.cause !== undefined && leg.cause >= 0) {
    details.cause = leg.cause;
    details.causeText = leg.causeText ?? '';
  }
  if (endedAt !== undefined && leg.openedAt !== undefined) {
    details.durationMs = Math.max(0, endedAt - leg.openedAt);
    details.talkMs = leg.answeredAt === undefined ? 0 : Math.max(0, endedAt - leg.answeredAt);
  }
  return details;
}
