import { createHash } from 'node:crypto';
import type { RuleRequest } from '../rules/request.ts';

/**
 * The id of a delivery, sent as `webhook-id`: derived from what it is about, so that a resync, a restart or a second
 * service on the same events gives the same one.
 * @param asterisk name of the Asterisk that the call is on
 */
export function deliveryIdOf(asterisk: string, { event, leg, ruleId }: Pick<RuleRequest, 'event' | 'leg' | 'ruleId'>) {
  const about = [asterisk, leg.callId, leg.extension, leg.flow, leg.number, event, ruleId];
  return `msg_${createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 27)}`;
}
