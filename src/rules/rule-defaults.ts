import type { Config } from '../config/config.ts';
import { compileRewrites } from './number-rewrite.ts';
import type { RuleDefaults } from './parameters.ts';

/** What config.yaml says for all rules. */
export function ruleDefaultsOf(config: Config): RuleDefaults {
  return {
    parameters: config.parameters,
    profile: config.profile,
    variables: config.variables,
    asterisk: config.asterisk?.name ?? config.asterisk?.host ?? '',
    rewrites: compileRewrites(config.numbers),
  };
}
