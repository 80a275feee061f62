import type { CallDetails } from '../call-event.ts';
import type { Leg } from './leg.ts';

/**
 * What is known of a leg beyond VoipNow's parameters.
 * @param endedAt when the leg ended, for its durations: milliseconds since 1970; absent while it is open
 */
export function detailsOf(leg: Leg, endedAt: number | undefined): CallDetails {
  const details: CallDetails = {};
  if (leg.transferredBy !== undefined) details.transferredBy = leg.transferredBy;
  if (leg.call.relatedCallId !== undefined) details.relatedCallId = leg.call.relatedCallId;
  if (leg.queue !== undefined) details.queue = leg.queue;
  if (leg.caller !== undefined || leg.variables !== undefined) {
    const variables = [...(leg.caller?.variables ?? []), ...(leg.variables ?? [])];
    if (variables.length > 0) details.variables = Object.fromEntries(variables);
  }
  const dialStatus = dialStatusOf(leg);
  if (dialStatus !== undefined) details.dialStatus = dialStatus;
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

/** Of several phones one has answered, and that is how the dial ended. Absent where an application alone answered. */
function dialStatusOf({ answered, flow, causedDial, dialStatus }: Leg): string | undefined {
  if (answered) return flow === 'IN' || causedDial ? 'ANSWER' : undefined;
  // The phone was Up, but did not accept the call, and nothing showed how that ended.
  return dialStatus === 'ANSWER' ? undefined : dialStatus;
}
