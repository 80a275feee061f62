import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The package's directory of config.yaml and its secrets, or the one that systemd names in $CONFIGURATION_DIRECTORY.
 */
export function installedConfigDirectory(env: NodeJS.ProcessEnv): string {
  return firstOf(env.CONFIGURATION_DIRECTORY) ?? '/etc/call-events';
}

/** The configuration of a command without --config: config.yaml in this directory, else the installed one. */
export function defaultConfigFile(env: NodeJS.ProcessEnv): string {
  const installed = join(installedConfigDirectory(env), 'config.yaml');
  return !existsSync('config.yaml') && existsSync(installed) ? installed : 'config.yaml';
}

/**
 * The outbox of the installed service, for commands beside it that use its configuration; absent when it has none. With
 * another configuration a service has an outbox of its own.
 */
export function installedOutbox(configFile: string, env: NodeJS.ProcessEnv): string | undefined {
  const directory = firstOf(env.STATE_DIRECTORY);
  if (directory !== undefined) return join(directory, 'outbox.db');
  return isInstalledConfig(configFile, env) && existsSync(INSTALLED_OUTBOX) ? INSTALLED_OUTBOX : undefined;
}

/** Where the installed service has its outbox once it has run. */
export const INSTALLED_OUTBOX = '/var/lib/call-events/outbox.db';

/** Whether this is the configuration of the installed service. */
export const isInstalledConfig = (configFile: string, env: NodeJS.ProcessEnv) =>
  resolve(configFile) === join(installedConfigDirectory(env), 'config.yaml');

/** The first of the directories in systemd's variable; absent when there is none. */
const firstOf = (directories: string | undefined) => directories?.split(':')[0] || undefined;
