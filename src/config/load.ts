import type { z } from 'zod';
import { checkConfig } from './check/check-config.ts';
import { expectationOf } from './check/expectation.ts';
import { didYouMean } from './check/nearest.ts';
import { adviceFor, hintFor } from './check/suggestions.ts';
import type { Config } from './config.ts';
import { ConfigError, formatPath, type Problem } from './config-problem.ts';
import { readConfigText } from './config-text.ts';
import type { LoadOptions } from './load-options.ts';
import { parseRaw } from './parse-raw.ts';
import { configSchema, type RawConfig } from './schema/schema.ts';
import { parseYaml, type YamlTree } from './yaml/yaml-tree.ts';

/**
 * Reads config.yaml.
 * @param file as the user named it; messages begin with it
 * @throws ConfigError with all problems, each with its place
 */
export function loadConfig(file: string, options: LoadOptions = {}): Config {
  return parseConfig(readConfigText(file), file, options);
}

/** As {@link loadConfig}, for a text that is at hand. */
export function parseConfig(source: string, file: string, options: LoadOptions = {}): Config {
  const parsed = parseYaml(source);
  if ('problems' in parsed) throw new ConfigError(file, parsed.problems);
  const { tree } = parsed;
  const value = options.require === 'queue' || haveOwnExtensions(tree.value) ? withExtensions(tree.value) : tree.value;
  const result = parseRaw(value);
  const problems = result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, tree, []));
  // Without the wrong values the rest is checked all the same, to report all problems at once.
  const data = result.success ? result.data : withoutWrongValues(value, result.error.issues);
  const report = (problem: Problem) => {
    if (!problems.some(({ key }) => key === problem.key)) problems.push(problem);
  };
  const config = data && checkConfig(data, tree, file, options, report);
  if (config === undefined || problems.length > 0) throw new ConfigError(file, problems);
  return config;
}

/** Whether a server has extensions of its own: then extensions for all servers are not required. */
function haveOwnExtensions(value: unknown): boolean {
  const servers = valueAt(value, ['asterisk']);
  return Array.isArray(servers) && servers.some((server) => valueAt(server, ['extensions']) !== undefined);
}

/** A worker of the shared queue has no extensions, and each of several servers may have only its own. */
function withExtensions(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { extensions: {}, ...value } : value;
}

/** Stand-ins for missing required keys, so that the rest of the value can be checked. */
const STAND_INS: Record<string, unknown> = {
  on: 'hangup',
  url: 'https://0.invalid/',
  username: '-',
  secret: '-',
  match: '-',
  replace: '-',
  name: '-',
  password: '-',
  token: '-',
  extensions: {},
  port: '1',
};

function withoutWrongValues(value: unknown, first: readonly z.core.$ZodIssue[]): RawConfig | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // One object may stand in several places, and its mistakes are reported for each place.
  const copy: object = JSON.parse(JSON.stringify(value));
  let issues = first;
  for (let round = 0; round < 4; round++) {
    for (const issue of issues.flatMap((one) => innermost(one))) putAside(copy, issue);
    const result = configSchema.safeParse(copy);
    if (result.success) return result.data;
    issues = result.error.issues;
  }
  return undefined;
}

function putAside(root: object, issue: z.core.$ZodIssue): void {
  const last = issue.path.at(-1);
  const parent = last === undefined ? root : valueAt(root, issue.path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null) return;
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [last ?? ''];
  const holder = issue.code === 'unrecognized_keys' ? valueAt(root, issue.path) : parent;
  if (typeof holder !== 'object' || holder === null) return;
  for (const key of keys) {
    if (issue.code !== 'unrecognized_keys' && String(key) in STAND_INS)
      Reflect.set(holder, key, structuredClone(STAND_INS[String(key)]));
    else Reflect.deleteProperty(holder, key);
  }
}

/** An issue of the schema, in the words of config.yaml. */
function problemsOf(issue: z.core.$ZodIssue, tree: YamlTree, above: readonly PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  const key = formatPath(path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((unknown) => ({
      ...tree.placeOfKey(path, unknown),
      key: formatPath([...path, unknown]),
      message: `unknown key; ${adviceFor(unknown, path)}`,
    }));
  const form = nearestForm(issue);
  if (form !== undefined) return form.flatMap((inner) => problemsOf(inner, tree, path));
  const given = valueAt(tree.value, path);
  const missing = given === undefined;
  const words = typeof given === 'string' ? wordsOf(issue) : [];
  const advice = typeof given === 'string' ? didYouMean(given, words) : '';
  const shown = typeof given === 'string' && given !== '' && !isSecret(path, given) ? `"${cut(given)}": ` : '';
  const expected = expectationOf(issue);
  const message = missing
    ? `is missing; ${expected}`
    : `${shown}${given === null ? 'is empty; ' : ''}${expected}${advice && `; ${advice}`}`;
  return [{ ...tree.placeOf(path), key, message: message + hintFor(given, issue, path) }];
}

/**
 * The issues by the nearest of the forms that a value may have; absent when none is near, or there is only one form.
 */
function nearestForm(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const [nearest = []] = issue.errors.toSorted((a, b) => deepest(b) - deepest(a));
  const isNear =
    deepest(nearest) > 0 ||
    nearest.some((one) => one.code === 'unrecognized_keys' || (one.code === 'too_small' && one.origin === 'array'));
  return isNear ? nearest : undefined;
}

/** The path of an issue, as deep as it is known. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const inner = nearestForm(issue)?.flatMap((one) => innermost(one));
  return inner?.map((one) => ({ ...one, path: [...issue.path, ...one.path] })) ?? [issue];
}

/** The words that a value may be one of, if it is such a value. */
function wordsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(wordsOf) : [];
}

const deepest = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
const cut = (value: string) => (value.length > 60 ? `${value.slice(0, 57)}…` : value);
const SECRET_KEYS = new Set<PropertyKey>(['secret', 'secrets', 'signing', 'headers', 'password', 'token', 'proxy']);

/** A key without a blank behind its colon (`secret:abc`) is a text to YAML, so texts are searched too. */
const isSecret = (path: readonly PropertyKey[], given: string) =>
  path.some((part) => SECRET_KEYS.has(part)) || /secret|password|token|authorization|whsec_/i.test(given);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
}
