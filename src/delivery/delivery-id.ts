import { createHash } from 'node:crypto';
import type { RuleRequest } from '../rules/request.ts';

/**
 * The id of a delivery, sent as `webhook-id`: derived from the call event and the rule, so that a resync, a restart or
 * a second service with the same events gives the same id.
 */
export function deliveryIdOf({ event, leg, ruleId }: Pick<RuleRequest, 'event' | 'leg' | 'ruleId'>) {
  const { server, startup, uniqueid, extension, flow } = leg;
  const about = [server, startup, uniqueid, extension, flow, event, ruleId];
  return `msg_${createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 27)}`;
}
