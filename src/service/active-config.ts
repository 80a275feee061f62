import { eventFilter } from '../ami/event-filter.ts';
import { readVariablesOf, variablesOf } from '../config/ami-rights.ts';
import { amiSettingsOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import { Sender } from '../delivery/http/sender.ts';
import type { RuleDefaults } from '../rules/parameters.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';

/** A rule may have a timeout of its own; config.yaml lets none be longer. */
const LONGEST_ATTEMPT_MS = 600_000;

/** All that follows from one configuration. It is replaced as a whole, so that never half of one is in force. */
export interface ActiveConfig {
  config: Config;
  extensions: Extensions;
  variables: string[];
  defaults: RuleDefaults;
  policies: DeliveryPolicies;
  ami: ReturnType<typeof amiSettingsOf> & { variables: string[]; filter: string };
  sender: Sender;
}

/** @param old what was in force: its connections are kept where they may be. @throws ConfigError */
export function activate(config: Config, old?: ActiveConfig): ActiveConfig {
  const variables = readVariablesOf(config);
  return {
    config,
    extensions: new Extensions(config),
    variables: variablesOf(config),
    defaults: ruleDefaultsOf(config),
    policies: new DeliveryPolicies(config),
    ami: { ...amiSettingsOf(config), variables, filter: eventFilter(variables) },
    sender: senderOf(config, old),
  };
}

const senderSettings = ({ delivery: { allow, deny, connectTimeout } }: Config) => ({ allow, deny, connectTimeout });

function senderOf(config: Config, old: ActiveConfig | undefined): Sender {
  const settings = senderSettings(config);
  if (old !== undefined) {
    if (JSON.stringify(senderSettings(old.config)) === JSON.stringify(settings)) return old.sender;
    // What it is sending may come to its end.
    setTimeout(() => old.sender.close(), LONGEST_ATTEMPT_MS).unref();
  }
  return new Sender(new AddressGuard(settings), settings.connectTimeout);
}
