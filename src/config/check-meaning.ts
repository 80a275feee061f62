import { statSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { checkAsterisk } from './check-asterisk.ts';
import { checkChannels, checkKey, patternOf } from './check-extension.ts';
import { checkNumbers } from './check-numbers.ts';
import { checkRule, checkSigning, checkTries, checkVariables } from './check-rule.ts';
import { type Checking, createChecking, type Path } from './checking.ts';
import type { Config, ExtensionEntry, Rule } from './config.ts';
import { isPattern } from './dialplan-pattern.ts';
import { derivedEventId } from './event-id.ts';
import type { LoadOptions } from './load.ts';
import type { Problem } from './problem.ts';
import type { RawConfig, RawRule } from './schema.ts';
import { checkPlacesOfReferences } from './secrets.ts';
import type { YamlTree } from './yaml-tree.ts';

/** What a schema cannot say: references between keys, patterns, URLs, secrets. Every problem is told. */
export function checkMeaning(
  raw: RawConfig,
  tree: YamlTree,
  file: string,
  options: LoadOptions,
  tell: (problem: Problem) => void,
): Config {
  const checking = createChecking(tree, options, tell);
  if (options.require !== 'extensions' && raw.asterisk === undefined)
    tell({
      line: 1,
      column: 1,
      key: 'asterisk',
      message: 'is missing; expected the connection to Asterisk: username and secret at least',
    });
  if (tree.mayHoldReferences) checkPlacesOfReferences(raw, checking.fail);
  const asterisk = raw.asterisk && checkAsterisk(raw.asterisk, checking);
  checkVariables(raw.variables, ['variables'], checking);
  checkVariables(raw.asterisk?.variables ?? [], ['asterisk', 'variables'], checking);
  const extensions = checkExtensions(raw, tree, checking);
  raw.ignore.forEach((number, index) => {
    if (isPattern(number)) patternOf(number, (message) => checking.fail(['ignore', index], `"${number}": ${message}`));
  });
  checkNumbers(raw.numbers, checking);
  if (!checking.keepsReferences && raw.outbox !== undefined && isDirectory(raw.outbox))
    checking.fail(['outbox'], `${raw.outbox} is a directory; expected a file in it, such as ${raw.outbox}/outbox.db`);
  const delivery = checkDelivery(raw.delivery, checking);
  const { secrets, hints } = checking;
  return { ...raw, file, asterisk, extensions, delivery, secrets: [...secrets], hints: [...hints] };
}

function checkExtensions(raw: RawConfig, tree: YamlTree, checking: Checking): ExtensionEntry[] {
  const ids = new Map<string, Path>();
  const channels = new Map<string, string>();
  return Object.entries(raw.extensions).map(([key, entry]) => {
    const pattern = checkKey(key, checking);
    checkChannels(key, entry.channels ?? [], channels, checking);
    const perEvent = new Map<string, number>();
    const withId = (rule: RawRule, at: Path): Rule => {
      const position = perEvent.get(rule.on) ?? 0;
      perEvent.set(rule.on, position + 1);
      const id = rule.id ?? derivedEventId(key, rule.on, position);
      const here = rule.id === undefined ? at : [...at, 'id'];
      const first = ids.get(id);
      if (first !== undefined)
        checking.fail(
          here,
          `the Event ID ${id} is used already, in line ${tree.placeOf(first).line}; it must be unique`,
        );
      ids.set(id, here);
      return checkRule({ ...rule, id }, at, raw.variables, checking);
    };
    const rules = entry.events?.map((rule, index) => withId(rule, ['extensions', key, 'events', index]));
    return { key, pattern, channels: entry.channels, did: entry.did, rules };
  });
}

function checkDelivery(delivery: RawConfig['delivery'], checking: Checking): RawConfig['delivery'] {
  for (const list of ['allow', 'deny'] as const)
    delivery[list].forEach((network, index) => {
      if (!ipaddr.isValid(network) && !ipaddr.isValidCIDR(network))
        checking.fail(['delivery', list, index], `"${network}": expected an address or a network, such as 10.0.0.0/8`);
    });
  for (const [event, { tries }] of Object.entries(delivery.retry))
    checkTries(tries, ['delivery', 'retry', event, 'tries'], checking);
  const signing = delivery.signing && checkSigning(delivery.signing, ['delivery', 'signing'], checking);
  return { ...delivery, ...(signing && { signing }) };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
