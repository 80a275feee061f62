import type { Config } from './config.ts';
import { namesInTemplate } from './placeholder-syntax.ts';

/** The classes of events and actions that the configuration needs of AMI. */
export interface AmiRights {
  read: string[];
  write: string[];
}

/**
 * `dialplan` only where channel variables are read, `agent` only where queues are extensions, or are named. Asked of
 * Asterisk 22: CoreShowChannels and CoreStatus need write `system` or `reporting`.
 */
export function amiRightsOf(config: Config): AmiRights {
  return {
    read: [
      'system',
      'call',
      ...(readVariablesOf(config).length > 0 ? ['dialplan'] : []),
      ...(namesQueues(config) ? ['agent'] : []),
    ],
    write: ['reporting'],
  };
}

/**
 * The channel variables that are read: for the rules, and for the service itself.
 * @param server the variables of this server; absent: of all servers
 */
export function readVariablesOf(config: Config, server?: string): string[] {
  const own = config.servers.filter((one) => server === undefined || one.server === server);
  return [...new Set([...own.flatMap(({ variables }) => variables), ...variablesOf(config)])];
}

function namesQueues(config: Config): boolean {
  return (
    config.parameters.includes('Queue') ||
    config.extensions.some(({ queue }) => queue !== undefined) ||
    config.extensions.some(({ rules }) =>
      rules?.some(
        ({ parameters, when, url, headers, params, body }) =>
          parameters?.includes('Queue') || 'Queue' in when || [url, headers, params, body].some(nameQueue),
      ),
    )
  );
}

/**
 * Whether a text in this value has a placeholder for the queue. Most texts have none, and there may be 100,000: they
 * are checked quickly.
 */
function nameQueue(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('Queue') && namesInTemplate(value).includes('Queue');
  return typeof value === 'object' && value !== null && Object.values(value).some(nameQueue);
}

/** The channel variables that go out with any rule. */
export function variablesOf(config: Config): string[] {
  const names = new Set(config.variables);
  for (const { rules } of config.extensions)
    for (const { variables } of rules ?? []) for (const name of variables ?? []) names.add(name);
  return [...names];
}
