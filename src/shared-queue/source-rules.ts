import type { Config } from '../config/config.ts';
import { CurrentRules } from '../delivery/dispatch/current-rules.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import type { Limits } from '../delivery/dispatch/target-load.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import { Sender } from '../delivery/http/sender.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';

/** What a lease has beyond the longest attempt: time to write its result. */
const LEASE_MARGIN_MS = 5000;

/** The rules of one source, ready to send by. */
export interface SourceRules {
  current: CurrentRules;
  policies: DeliveryPolicies;
  sender: Sender;
  limits: Limits;
  /** A worker that has not renewed a claim within this time is dead, or hangs. */
  leaseMs: number;
  historyMs: number;
  config: Config;
}

/** @param config what was published, with its references resolved on this host */
export function sourceRulesOf(config: Config): SourceRules {
  const { delivery, extensions } = config;
  const { connectTimeout, proxy } = delivery;
  const timeouts = extensions.flatMap(({ rules = [] }) => rules.flatMap(({ timeout }) => timeout ?? []));
  return {
    config,
    current: new CurrentRules(config, (server) => ruleDefaultsOf(config, server)),
    policies: new DeliveryPolicies(config),
    sender: new Sender(new AddressGuard(delivery), connectTimeout, proxy),
    limits: delivery,
    leaseMs: Math.max(delivery.timeout, ...timeouts) + LEASE_MARGIN_MS,
    historyMs: delivery.history.keep,
  };
}
