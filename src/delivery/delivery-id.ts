import { createHash } from 'node:crypto';
import type { RuleRequest } from '../rules/request.ts';

/**
 * The id of a delivery, sent as `webhook-id`: derived from what it is about, so that a resync, a restart or a second
 * bridge on the same events gives the same one.
 * @param asterisk name of the Asterisk that the call is on
 */
export function deliveryIdOf(
  asterisk: string,
  { event, leg, eventId }: Pick<RuleRequest, 'event' | 'leg' | 'eventId'>,
) {
  const about = [asterisk, leg.callId, leg.extension, leg.flow, leg.number, event, eventId];
  return `msg_${createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 27)}`;
}
