// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${credential:…} is what an administrator writes, not a template.

import type { JsonTemplate } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { EditRefused } from '../config/edit/edit-refused.ts';
import { applyStep, type YamlStep } from '../config/edit/text/apply-step.ts';
import { EXTENSION_KEYS } from '../config/edit/text/map-steps.ts';
import { yamlStyleOf } from '../config/edit/text/yaml-style.ts';
import { parseConfig } from '../config/load.ts';
import type { CallEventName } from '../event-and-parameter-names.ts';
import type { ChosenExtension } from './ask-choices.ts';
import type { ExistingConfig } from './existing-config.ts';
import { type FileChange, hereDocument } from './file-change.ts';
import { USERNAME } from './manager-block.ts';
import { SetupRefused } from './prompts.ts';

/** The rules to add: the same one for each of these extensions. */
export interface WantedRules {
  extensions: readonly ChosenExtension[];
  on: CallEventName;
  url: string;
}

/** The change to config.yaml. */
export interface ConfigPlan {
  change: FileChange;
  /** What stays unchanged, and why. */
  notes: string[];
}

/** The beginning of a new config.yaml. */
const NEW = `# Configuration of call-events, made by "call-events setup". "call-events check" finds every mistake, with its line.
# Every key, with comments: /usr/share/doc/call-events/examples/config.yaml. Reference: man call-events.yaml

# The connection to Asterisk: a user of its manager.conf.
asterisk:
  username: ${USERNAME}
  secret: \${credential:ami.secret}

# Who is an extension, and which requests it sends.
extensions:
`;

/**
 * Adds to config.yaml what is missing in it, and changes nothing that is there.
 * @param target where Asterisk is; absent: it stays as it is
 * @param passwordHash of the page, which is switched on by it
 * @throws {SetupRefused, ConfigError} when config.yaml cannot be changed, or the result would have problems
 */
export function planConfig(
  existing: ExistingConfig,
  target: { host: string; port: number } | undefined,
  wanted: WantedRules | undefined,
  passwordHash: string | undefined,
  env: NodeJS.ProcessEnv,
  owner: { uid: number; gid: number },
): ConfigPlan {
  const notes: string[] = [];
  const text = existing.text ?? NEW;
  const steps = [
    ...(target === undefined ? [] : connectionSteps(existing, target)),
    ...(wanted === undefined ? [] : ruleSteps(existing, wanted, notes)),
    ...(passwordHash === undefined ? [] : [pageStep(passwordHash)]),
  ];
  const after = applied(text, steps, existing.file);
  if (after !== existing.text) parseConfig(after, existing.file, { require: 'extensions', secrets: 'keep', env });
  return {
    change: {
      path: existing.file,
      before: existing.text,
      after,
      mode: 0o640,
      owner,
      byHand: hereDocument(`install -m 640 -g call-events /dev/stdin ${existing.file}`, after),
    },
    notes,
  };
}

function applied(text: string, steps: readonly YamlStep[], file: string): string {
  try {
    return steps.reduce((before, step) => applyStep(before, step, yamlStyleOf(before)), text);
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    throw new SetupRefused(`${file}: ${error.message}`);
  }
}

/** Sets Asterisk's address and the AMI user where config.yaml lacks them or differs. */
function connectionSteps(
  { text, asterisk }: ExistingConfig,
  { host, port }: { host: string; port: number },
): YamlStep[] {
  const is = (key: string, otherwise: string) => String(asterisk[key] ?? otherwise);
  const needed: Record<string, JsonTemplate> = {
    ...(is('host', '127.0.0.1') !== host && { host }),
    ...(is('port', '5038') !== String(port) && { port }),
    ...(text !== undefined && asterisk.username === undefined && { username: USERNAME }),
    ...(text !== undefined && asterisk.secret === undefined && { secret: '${credential:ami.secret}' }),
  };
  const order = ['host', 'port', 'username', 'secret'];
  const isThere = text === undefined || Object.keys(asterisk).length > 0;
  if (!isThere)
    return [{ kind: 'set key', path: [], key: 'asterisk', value: needed, order: ['asterisk', 'extensions'] }];
  return Object.entries(needed).map(([key, value]) => ({ kind: 'set key', path: ['asterisk'], key, value, order }));
}

const pageStep = (password: string): YamlStep => ({
  kind: 'set key',
  path: [],
  key: 'web',
  value: { enabled: true, password },
  order: [],
});

function ruleSteps(existing: ExistingConfig, { extensions, on, url }: WantedRules, notes: string[]): YamlStep[] {
  const directory =
    existing.config === undefined ? undefined : new Extensions(existing.config, existing.config.servers[0]?.server);
  const rule = { on, method: 'POST', url };
  const added: Record<string, JsonTemplate> = {};
  const steps: YamlStep[] = [];
  for (const { number, name, channels } of extensions) {
    const given = existing.extensions[number];
    const rules = directory?.rulesOf(number) ?? [];
    const source = directory?.ofNumber(number) === undefined ? undefined : directory.sourceOf(number).rules;
    if (rules.some((one) => one.on === on)) notes.push(`${number} has a rule for ${on} already; it stays as it is`);
    else if (source !== undefined && source !== number)
      notes.push(`${number} has its rules from ${source}; add one for ${on} there`);
    else if (given === undefined)
      added[number] = {
        ...(name !== undefined && { notes: name }),
        ...(channels !== undefined && { channels: [...channels] }),
        events: [rule],
      };
    else steps.push(ruleStep(number, given, rule));
  }
  const isEmpty = Object.keys(existing.extensions).length === 0;
  if (Object.keys(added).length === 0) return steps;
  if (isEmpty) return [{ kind: 'set key', path: [], key: 'extensions', value: added, order: [] }, ...steps];
  const more = Object.entries(added).map(
    ([key, value]): YamlStep => ({ kind: 'set key', path: ['extensions'], key, value, order: [] }),
  );
  return [...steps, ...more];
}

/** Adds the rule to an existing extension that has none for this event. */
function ruleStep(number: string, given: unknown, rule: JsonTemplate): YamlStep {
  const path = ['extensions', number];
  const events = typeof given === 'object' && given !== null && 'events' in given ? given.events : undefined;
  if (given === null)
    return { kind: 'set key', path: ['extensions'], key: number, value: { events: [rule] }, order: [] };
  if (Array.isArray(events) && events.length > 0)
    return { kind: 'insert item', path: [...path, 'events'], index: events.length, value: rule };
  return { kind: 'set key', path, key: 'events', value: [rule], order: EXTENSION_KEYS };
}
