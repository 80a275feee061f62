import { parseCallEventName } from '../../call-event-names.ts';
import type { Config } from '../../config/config.ts';
import { DeliveryPolicies } from '../../delivery/dispatch/delivery-policies.ts';

/** Made once for each configuration: it looks through all rules. */
const POLICIES = new WeakMap<Config, DeliveryPolicies>();

/** How many tries the schedule of a rule has; absent for an event that is not known. */
export function triesOfRule(config: Config, ruleId: string, event: string): number | undefined {
  const name = parseCallEventName(event);
  if (name === undefined) return undefined;
  let policies = POLICIES.get(config);
  if (policies === undefined) {
    policies = new DeliveryPolicies(config);
    POLICIES.set(config, policies);
  }
  return policies.policyFor(ruleId, name).schedule.triesMs.length;
}
