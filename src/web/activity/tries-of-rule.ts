import type { Config } from '../../config/config.ts';
import { DeliveryPolicies } from '../../delivery/dispatch/delivery-policies.ts';
import { parseCallEventName } from '../../event-and-parameter-names.ts';

/** Created once for each configuration, for it goes through all rules. */
const POLICIES = new WeakMap<Config, DeliveryPolicies>();

/** The number of tries in a rule's schedule; absent for an unknown event. */
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
