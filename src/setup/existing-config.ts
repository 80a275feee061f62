import type { AmiSettings } from '../ami/session/settings.ts';
import { type AmiRights, amiRightsOf } from '../config/ami-rights.ts';
import { amiSettingsOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-problem.ts';
import { parseConfig } from '../config/load.ts';
import { resolveReferences } from '../config/resolve-references.ts';
import { parseYaml } from '../config/yaml/yaml-tree.ts';
import type { ConfigFiles } from '../pbx/manager-conf.ts';
import { USERNAME } from './manager-block.ts';

/** config.yaml as setup finds it; every text as it is written. */
export interface ExistingConfig {
  file: string;
  /** Absent: the file is missing or empty. */
  text: string | undefined;
  asterisk: Readonly<Record<string, unknown>>;
  extensions: Readonly<Record<string, unknown>>;
  /** Whether it has a `web` section. */
  hasPage: boolean;
  /** The parsed configuration; absent while it is incomplete or has problems. */
  config: Config | undefined;
  rights: AmiRights;
}

const LEAST: AmiRights = { read: ['system', 'call'], write: ['reporting'] };

/** @throws {ConfigError} when it is no YAML @throws when this user may not read it */
export function readExistingConfig(file: string, env: NodeJS.ProcessEnv, files: ConfigFiles): ExistingConfig {
  const found = files.read(file);
  const text = found?.trim() === '' ? undefined : found;
  const parsed = text === undefined ? { tree: { value: {} } } : parseYaml(text);
  if ('problems' in parsed) throw new ConfigError(file, parsed.problems);
  const all = mapOf(parsed.tree.value);
  const config = text === undefined ? undefined : configOf(text, file, env);
  const rights = config === undefined ? LEAST : amiRightsOf(config);
  return {
    file,
    text,
    asterisk: mapOf(all.asterisk),
    extensions: mapOf(all.extensions),
    hasPage: 'web' in all,
    config,
    rights,
  };
}

const mapOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

function configOf(text: string, file: string, env: NodeJS.ProcessEnv): Config | undefined {
  try {
    return parseConfig(text, file, { require: 'extensions', secrets: 'keep', env });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** An AMI user that the administrator has set up: setup does not change it, nor manager.conf. */
export function hasUserOfItsOwn({ asterisk }: ExistingConfig): boolean {
  return Array.isArray(asterisk) || (typeof asterisk.username === 'string' && asterisk.username !== USERNAME);
}

/**
 * The AMI secret of config.yaml, fetched where it is a reference; absent where there is none, or it cannot be fetched.
 */
export function secretOf({ asterisk }: ExistingConfig, env: NodeJS.ProcessEnv): string | undefined {
  const { secret } = asterisk;
  if (typeof secret !== 'string' || secret === '') return undefined;
  try {
    return resolveReferences(secret, env, () => undefined);
  } catch {
    return undefined;
  }
}

/** The TLS settings of config.yaml, for the login that tries the user. */
export function tlsOf({ config }: ExistingConfig): Pick<AmiSettings, 'tls'> {
  const [server] = config?.servers ?? [];
  const tls = config && server && amiSettingsOf(config, server).tls;
  return tls === undefined ? {} : { tls };
}
