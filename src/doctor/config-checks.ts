import { serverOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { ConfigError, formatProblem } from '../config/config-problem.ts';
import { loadConfig } from '../config/load.ts';
import { summaryOf } from '../config/summary.ts';
import { type Check, fault, ok, warning } from './check.ts';
import type { ExaminedMachine } from './examined-machine.ts';

/** The result of reading config.yaml, as far as it could be read. */
export interface ExaminedConfig {
  checks: Check[];
  /** Absent: config.yaml has problems. */
  config: Config | undefined;
  /** Whether all secrets could be fetched. */
  hasSecrets: boolean;
}

/** This many problems are listed. */
const MOST_PROBLEMS = 5;

export function examineConfig({ configFile, env }: ExaminedMachine): ExaminedConfig {
  try {
    const config = loadConfig(configFile, { env });
    if (config.servers.length === 0) serverOf(config);
    return {
      checks: [ok('config', `${configFile}: ${summaryOf(config)}`), ...rulesOf(config), ...hintsOf(config)],
      config,
      hasSecrets: true,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const workers = workersConfig(configFile, env);
    if (workers !== undefined)
      return {
        checks: [ok('config', `${configFile}: a worker of the shared queue`)],
        config: workers,
        hasSecrets: true,
      };
    const checks = error.problems
      .slice(0, MOST_PROBLEMS)
      .map((problem) => fault('config', formatProblem(configFile, problem), remedyFor(problem.message, configFile)));
    return { checks, config: withoutSecrets(configFile, env), hasSecrets: false };
  }
}

/** Whether config.yaml belongs to a worker: it has a queue, and neither Asterisk nor extensions. */
export const isWorkers = ({ queue, servers, extensions }: Config) =>
  queue !== undefined && servers.length === 0 && extensions.length === 0;

function workersConfig(file: string, env: NodeJS.ProcessEnv): Config | undefined {
  try {
    const config = loadConfig(file, { env, require: 'queue' });
    return isWorkers(config) ? config : undefined;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function remedyFor(message: string, file: string): string {
  if (/there is no such file/.test(message)) return 'call-events setup';
  if (/this user may not read the file|may not be read by this user/.test(message)) return 'sudo call-events doctor';
  if (/there is no file \S*ami\.secret|credential:ami\.secret\} is empty/.test(message)) return 'call-events setup';
  const [, path] = /^there is no file (\S+)/.exec(message) ?? [];
  if (path !== undefined) return `install -m 600 /dev/stdin ${path}     (type the secret, then Ctrl-D)`;
  return `editor ${file} && call-events check`;
}

function withoutSecrets(file: string, env: NodeJS.ProcessEnv): Config | undefined {
  try {
    return loadConfig(file, { env, secrets: 'keep', require: 'extensions' });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function rulesOf({ file, extensions }: Config): Check[] {
  const rules = extensions.flatMap((entry) => entry.rules ?? []);
  if (rules.some(({ status }) => status === 'enabled')) return [];
  const message =
    rules.length === 0
      ? 'no extension has a rule, so nothing is ever sent'
      : 'every rule is disabled, so nothing is ever sent';
  return [
    fault(
      'rules',
      message,
      rules.length === 0 ? 'call-events setup --url URL' : `editor ${file}     (status: enabled)`,
    ),
  ];
}

const hintsOf = ({ file, hints }: Config) =>
  hints.map((hint) => warning('config', formatProblem(file, hint), `editor ${file}`));
