import type { Config } from './config.ts';

/** The classes of events and actions that the configuration needs of AMI. */
export interface AmiRights {
  read: string[];
  write: string[];
}

/**
 * `dialplan` only where channel variables are read, `agent` only where queues are named. Asked of Asterisk 22:
 * CoreShowChannels and CoreStatus need write `system` or `reporting`.
 */
export function amiRightsOf(config: Config): AmiRights {
  const rules = config.extensions.flatMap((entry) => entry.rules ?? []);
  const variables = [...(config.asterisk?.variables ?? []), ...variablesOf(config)];
  const parameters = [...config.parameters, ...rules.flatMap((rule) => rule.parameters ?? [])];
  return {
    read: [
      'system',
      'call',
      ...(variables.length > 0 ? ['dialplan'] : []),
      ...(parameters.includes('Queue') ? ['agent'] : []),
    ],
    write: ['reporting'],
  };
}

/** The channel variables that go out with any rule. */
export function variablesOf(config: Config): string[] {
  const rules = config.extensions.flatMap((entry) => entry.rules ?? []);
  return [...new Set([...config.variables, ...rules.flatMap((rule) => rule.variables ?? [])])];
}
