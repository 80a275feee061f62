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

/** config.yaml as setup finds it; every text as it stands in the file. */
export interface ExistingConfig {
  file: string;
  /** Absent: there is none, or nothing in it. */
  text: string | undefined;
  asterisk: Readonly<Record<string, unknown>>;
  extensions: Readonly<Record<string, unknown>>;
  /** It says something about the page. */
  hasPage: boolean;
  /** The whole of it; absent while something is missing or wrong in it. */
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

/** A user of AMI that the administrator has set up: setup leaves it, and manager.conf, alone. */
export function hasUserOfItsOwn({ asterisk }: ExistingConfig): boolean {
  return Array.isArray(asterisk) || (typeof asterisk.username === 'string' && asterisk.username !== USERNAME);
}

/** The secret that stands in config.yaml, fetched where it is a reference; absent where it has none, or it cannot be had. */
export function secretOf({ asterisk }: ExistingConfig, env: NodeJS.ProcessEnv): string | undefined {
  const { secret } = asterisk;
  if (typeof secret !== 'string' || secret === '') return undefined;
  try {
    return resolveReferences(secret, env, () => undefined);
  } catch {
    return undefined;
  }
}

/** As config.yaml has it, for the login that proves the user. */
export function tlsOf({ config }: ExistingConfig): Pick<AmiSettings, 'tls'> {
  const [server] = config?.servers ?? [];
  const tls = config && server && amiSettingsOf(config, server).tls;
  return tls === undefined ? {} : { tls };
}
