import type { Config } from '../config/config.ts';
import { compileRewrites } from '../config/number-rewrite.ts';
import type { RuleDefaults } from './parameters.ts';

/**
 * The settings of config.yaml for all rules.
 * @param server where the call events come from; absent: from the only server
 */
export function ruleDefaultsOf(config: Config, server = ''): RuleDefaults {
  const asterisk = config.servers.find((one) => one.server === server);
  return {
    parameters: config.parameters,
    profile: config.profile,
    variables: config.variables,
    asterisk: asterisk?.name ?? asterisk?.host ?? '',
    namesAsterisk: server !== '',
    rewrites: compileRewrites(config.numbers),
  };
}
