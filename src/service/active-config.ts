import { eventFilter } from '../ami/event-filter.ts';
import { readVariablesOf, variablesOf } from '../config/ami-rights.ts';
import { amiSettingsOf } from '../config/ami-settings.ts';
import type { AsteriskConfig, Config } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { CurrentRules } from '../delivery/dispatch/current-rules.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import { Sender } from '../delivery/http/sender.ts';
import type { RuleDefaults } from '../rules/parameters.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';

/** The longest timeout that a rule may have in config.yaml. */
const LONGEST_ATTEMPT_MS = 600_000;

/**
 * Everything that is derived from one configuration. It is replaced as a whole, so that never half of one is active.
 */
export interface ActiveConfig {
  config: Config;
  /** The text of config.yaml. */
  text: string;
  /** Every Asterisk server, by its name in config.yaml; empty where there is only one. */
  servers: ReadonlyMap<string, ActiveServer>;
  policies: DeliveryPolicies;
  rules: CurrentRules;
  sender: Sender;
}

/** The connection to one Asterisk server, and the extensions and rules for its calls. */
export interface ActiveServer {
  ami: ReturnType<typeof amiSettingsOf> & { variables: string[]; filter: string };
  extensions: Extensions;
  /** Names of the channel variables that go out with call events. */
  variables: string[];
  defaults: RuleDefaults;
}

/**
 * @param text of config.yaml
 * @param old the one that was active: its connections are reused where possible.
 * @throws ConfigError
 */
export function buildActiveConfig(config: Config, text: string, old?: ActiveConfig): ActiveConfig {
  const servers = new Map(config.servers.map((asterisk) => [asterisk.server, activeServer(config, asterisk)]));
  return {
    config,
    text,
    servers,
    rules: new CurrentRules(config, (server) => servers.get(server)?.defaults),
    policies: new DeliveryPolicies(config),
    sender: senderOf(config, old),
  };
}

function activeServer(config: Config, asterisk: AsteriskConfig): ActiveServer {
  const { server } = asterisk;
  const variables = readVariablesOf(config, server);
  return {
    ami: { ...amiSettingsOf(config, asterisk), variables, filter: eventFilter(variables) },
    extensions: new Extensions(config, server),
    variables: variablesOf(config),
    defaults: ruleDefaultsOf(config, server),
  };
}

const senderSettings = ({ delivery: { allow, deny, connectTimeout, proxy } }: Config) => ({
  allow,
  deny,
  connectTimeout,
  proxy,
});

function senderOf(config: Config, old: ActiveConfig | undefined): Sender {
  const settings = senderSettings(config);
  if (old !== undefined) {
    if (JSON.stringify(senderSettings(old.config)) === JSON.stringify(settings)) return old.sender;
    // Requests under way may come to their end.
    setTimeout(() => old.sender.close(), LONGEST_ATTEMPT_MS).unref();
  }
  return new Sender(new AddressGuard(settings), settings.connectTimeout, settings.proxy);
}

/** The names of the Asterisk servers in the shared queue: the parameter Asterisk of their requests. */
export function sourcesOf({ servers }: ActiveConfig): string[] {
  return [...new Set([...servers.values()].map(({ defaults }) => defaults.asterisk))];
}
