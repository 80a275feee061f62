import { eventFilter } from '../ami/event-filter.ts';
import { readVariablesOf, variablesOf } from '../config/ami-rights.ts';
import { amiSettingsOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { CurrentRules } from '../delivery/dispatch/current-rules.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import { Sender } from '../delivery/http/sender.ts';
import type { RuleDefaults } from '../rules/parameters.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';

/** A rule may have a timeout of its own; config.yaml lets none be longer. */
const LONGEST_ATTEMPT_MS = 600_000;

/** The name of the only Asterisk server; config.yaml has no list of them yet. */
const ONLY_SERVER = '';

/** All that follows from one configuration. It is replaced as a whole, so that never half of one is active. */
export interface ActiveConfig {
  config: Config;
  /** Every Asterisk server, by its name in config.yaml; empty where there is only one. */
  servers: ReadonlyMap<string, ActiveServer>;
  policies: DeliveryPolicies;
  rules: CurrentRules;
  sender: Sender;
}

/** How one Asterisk server is connected, and what its calls mean. */
export interface ActiveServer {
  ami: ReturnType<typeof amiSettingsOf> & { variables: string[]; filter: string };
  extensions: Extensions;
  /** Names of the channel variables that go out with call events. */
  variables: string[];
  defaults: RuleDefaults;
}

/** @param old what was active: its connections are kept where they may be. @throws ConfigError */
export function activate(config: Config, old?: ActiveConfig): ActiveConfig {
  const servers = new Map([[ONLY_SERVER, activeServer(config)]]);
  return {
    config,
    servers,
    rules: new CurrentRules(config, (server) => servers.get(server)?.defaults),
    policies: new DeliveryPolicies(config),
    sender: senderOf(config, old),
  };
}

function activeServer(config: Config): ActiveServer {
  const variables = readVariablesOf(config);
  return {
    ami: { ...amiSettingsOf(config), variables, filter: eventFilter(variables) },
    extensions: new Extensions(config),
    variables: variablesOf(config),
    defaults: ruleDefaultsOf(config),
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
