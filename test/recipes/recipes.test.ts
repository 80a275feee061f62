// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import { type Recipe, recipesIn } from '../../src/cli/input/recipes.ts';
import { runProgram } from '../../src/cli/program.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parseConfig } from '../../src/config/load.ts';
import { matchRules } from '../../src/rules/matcher.ts';
import { type RuleRequest, requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { problemsIn } from '../helpers/config-problems.ts';
import { fixtureText } from '../helpers/fixture-log.ts';
import { replayed } from '../helpers/replay-events.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';
import { RECEIVERS } from './receivers.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/recipes.md'), 'utf8');
const RECIPES = recipesIn(PAGE);
const directory = temporaryDirectory();
/** In, out, answered or not, from outside and from inside, with a number and without. */
const RECORDINGS = [
  'inbound-missed',
  'inbound-answered',
  'inbound-anonymous',
  'inbound-without-number',
  'inbound-name-in-cyrillic',
  'outbound-answered',
  'outbound-busy',
  'direct-answered',
  'direct-busy',
  'click-to-call',
  'queue-answered',
];

const sectionOf = ({ title }: Recipe) => PAGE.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';

/** All that a recipe sends over the recordings. */
function requestsOf({ config: text }: Pick<Recipe, 'config'>): RuleRequest[] {
  const config = parseConfig(text, 'c', { require: 'extensions', secrets: 'keep' });
  const defaults = ruleDefaultsOf(config);
  const extensions = new Extensions(config);
  return RECORDINGS.flatMap((name) =>
    replayed(replayBytes(fixtureText(name)), extensions).events.flatMap((event) =>
      matchRules(event, extensions.rulesOf(event.leg.extension), defaults).rules.map((rule) =>
        requestOf(event, rule, defaults),
      ),
    ),
  );
}

const pathOf = ({ url }: RuleRequest) => new URL(url).pathname;

/** What stands in a body: JSON, or a form. */
function contentOf({ body = '', headers }: RuleRequest): unknown {
  return headers['Content-Type'] === 'application/json'
    ? JSON.parse(body)
    : Object.fromEntries(new URLSearchParams(body));
}

/** The same with one key renamed, once for each key at any depth. */
function* renamed(value: unknown): Generator<{ key: string; value: unknown }> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries())
      for (const change of renamed(one)) yield { ...change, value: value.with(index, change.value) };
    return;
  }
  for (const [key, one] of Object.entries(value)) {
    const { [key]: _, ...others } = value as Record<string, unknown>;
    yield { key, value: { ...others, [`${key}X`]: one } };
    for (const change of renamed(one)) yield { ...change, value: { ...others, [key]: change.value } };
  }
}

describe('docs/recipes.md', () => {
  it('has the receivers that are described here, and a link to each', () => {
    expect(RECIPES.map(({ name }) => name)).toEqual(Object.keys(RECEIVERS));
    expect(RECIPES).toHaveLength(12);
    for (const { title } of RECIPES) expect(PAGE).toContain(`[${title}](#`);
  });
});

describe.each(RECIPES)('the recipe $name', (recipe) => {
  const { documentation = '', rules, takes = {}, headers = [] } = RECEIVERS[recipe.name] ?? {};
  let requests: RuleRequest[];
  beforeAll(() => {
    requests = requestsOf(recipe);
  });

  it('is a configuration without a fault, for 101', () => {
    expect(problemsIn(recipe.config.replaceAll(/\$\{file:[^}]*\}/g, 'x'))).toEqual([]);
    expect(parseConfig(recipe.config, 'c', { require: 'extensions', secrets: 'keep' }).hints).toEqual([]);
    expect(recipe.config).toMatch(/^extensions:\n {2}"101":\n/);
  });

  it('names the documentation, and says what takes a program', () => {
    const section = sectionOf(recipe);
    expect(section).toContain(documentation);
    expect(section).toMatch(/^\*\*(?:Needs a program of your own|Limits):\*\* /m);
  });

  it('sends, with each of its rules, what the receiver takes', () => {
    expect(new Set(requests.map(({ ruleId }) => ruleId)).size).toBe(rules);
    for (const request of requests) {
      const schema = takes[pathOf(request)];
      const content = contentOf(request);
      expect({ url: request.url, content, problems: schema?.safeParse(content).error?.issues ?? [] }).toEqual({
        url: request.url,
        content,
        problems: schema === undefined ? 'nothing is taken there' : [],
      });
      expect([request.method, Object.keys(request.headers)]).toEqual(['POST', expect.arrayContaining(headers)]);
    }
  });

  it('fails this when any field is renamed', () => {
    let count = 0;
    for (const request of requests)
      for (const { key, value } of renamed(contentOf(request))) {
        expect([key, takes[pathOf(request)]?.safeParse(value).success]).toEqual([key, false]);
        count++;
      }
    expect(count).toBeGreaterThan(1);
  });
});

describe('what a recipe sends', () => {
  const sentBy = (name: string) => requestsOf(RECIPES.find((one) => one.name === name) ?? { config: '' });

  it('is a message that can be read, whether there is a number or not', () => {
    const texts = sentBy('mattermost').map(({ body = '' }) => JSON.parse(body).text);
    expect(texts).toContain('Missed call from `Zoë & Co` (+31612345678) on +18005550101');
    expect(sentBy('slack').map(({ body = '' }) => JSON.parse(body).blocks[0].text.text)).toContainEqual(
      expect.stringMatching(/^Missed call from Zoë & Co \(\+31612345678\) on \+18005550101, rang \d+ s$/),
    );
  });

  it('has every name that the scripts and the automation beside it use', () => {
    const names = (pattern: RegExp) => new Set([...PAGE.matchAll(pattern)].map(([, name = '']) => name));
    const sent = (name: string) => new Set(sentBy(name).flatMap((one) => Object.keys(contentOf(one) as object)));
    for (const [name, pattern] of [
      ['home-assistant', /trigger\.json\.(\w+)/g],
      ['google-apps-script', /\bcall\.(\w+)/g],
      ['script', /\$_POST\['(\w+)'\]/g],
      ['n8n', /\$json\.body\.(\w+)/g],
    ] as const) {
      const used = names(pattern);
      expect([name, used.size > 0, [...used].filter((one) => !sent(name).has(one))]).toEqual([name, true, []]);
    }
  });

  it('of Google Apps Script counts as delivered by its 302', () => {
    const { config = '' } = RECIPES.find(({ name }) => name === 'google-apps-script') ?? {};
    const { extensions } = parseConfig(config, 'c', { require: 'extensions' });
    expect(extensions[0]?.rules?.[0]?.accept).toEqual([302]);
  });
});

describe('call-events recipe', () => {
  async function recipe(...argv: string[]) {
    const captured = captureIo();
    const code = await runProgram(['recipe', ...argv], captured.io);
    return { code, stdout: captured.stdout(), stderr: captured.stderr() };
  }

  it('lists them all', async () => {
    const { code, stdout } = await recipe();
    expect(code).toBe(0);
    for (const { name, title } of RECIPES) expect(stdout).toMatch(new RegExp(`^${name} +${title}$`, 'm'));
  });

  it.each(RECIPES)('prints $name filled in, which is a configuration', async ({ name }) => {
    const url = 'https://own.example.com/a/b?c=$&';
    const { code, stdout, stderr } = await recipe(name, '--extension', '_2XX', '--url', url);
    expect([code, stderr]).toEqual([0, '']);
    const file = directory.write('config.yaml', stdout);
    const config = parseConfig(readFileSync(file, 'utf8'), file, { require: 'extensions', secrets: 'keep' });
    expect(config.extensions.map(({ key }) => key)).toEqual(['_2XX']);
    for (const rule of config.extensions[0]?.rules ?? []) expect(rule.url.startsWith(url)).toBe(true);
  });

  it('puts methods behind a URL with its slash or without', async () => {
    const { stdout } = await recipe('bitrix24', '--url', 'https://b.example.com/rest/7/abc');
    expect(stdout).toContain('url: https://b.example.com/rest/7/abc/crm.lead.add.json\n');
  });

  it('prints the example, and says so, without a URL', async () => {
    const { code, stdout, stderr } = await recipe('Slack');
    expect([code, stdout.includes('"101":\n')]).toEqual([0, true]);
    expect(stdout).toMatch(/^# Slack .*\n# Make an app with .*\n# <https:\/\/docs\.slack\.dev\/\S+>\nextensions:\n/);
    expect(stderr).toMatch(/^--url puts your own in the place of https:\/\/hooks\.slack\.com\//);
  });

  it.each([
    [['slak'], 'there is no recipe slak; did you mean slack?\n'],
    [['salesforce-classic'], 'there is no recipe salesforce-classic; there are: zammad, slack'],
    [['slack', '--url', 'hooks.slack.com'], '--url: expected a full URL'],
    [['slack', '--url', 'https://a/ b'], '--url: expected a full URL'],
    [['slack', '--extension', '1 0"'], '--extension: expected one such as 101'],
  ])('%j exits with 2', async (argv, said) => {
    expect(await recipe(...argv)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });
});
