import { statSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import type { Config, ExtensionEntry, RuleSettings } from '../config.ts';
import type { Problem } from '../config-problem.ts';
import { isPattern } from '../dialplan-pattern.ts';
import type { LoadOptions } from '../load-options.ts';
import { ruleIdsOf } from '../rule-id.ts';
import type { RawConfig, RawRule } from '../schema/schema.ts';
import type { YamlTree } from '../yaml/yaml-tree.ts';
import { checkServers, serversIn } from './asterisk.ts';
import { type CheckContext, createCheckContext, type Path } from './check-context.ts';
import { checkChannels, checkKey, patternOf } from './extension.ts';
import { dependsOnQuotes } from './json-body.ts';
import { checkNumbers } from './numbers.ts';
import { checkGroup, GroupClaims } from './queue-and-line.ts';
import { checkProxy, checkReceiverTls } from './receivers.ts';
import { checkPlacesOfReferences } from './reference-places.ts';
import { checkRule, checkSigning, checkTries, checkVariables } from './rule.ts';
import { checkSharedQueue } from './shared-queue.ts';
import { hintAtUnquotedHashes } from './unquoted-hash.ts';
import { checkWeb } from './web.ts';

/** Checks what a schema cannot express: references between keys, patterns, URLs, secrets. Every problem is reported. */
export function checkConfig(
  raw: RawConfig,
  tree: YamlTree,
  file: string,
  options: LoadOptions,
  report: (problem: Problem) => void,
): Config {
  const checking = createCheckContext(tree, options, report);
  const { require = 'all' } = options;
  if (require === 'all' && raw.asterisk === undefined)
    report({
      line: 1,
      column: 1,
      key: 'asterisk',
      message: 'is missing; expected the connection to Asterisk: username and secret at least',
    });
  if (tree.mayHoldReferences) checkPlacesOfReferences(raw, checking.fail);
  const servers = checkServers(raw, checking);
  const queue = checkSharedQueue(raw, require === 'queue', checking);
  checkVariables(raw.variables, ['variables'], checking);
  const extensions = checkExtensions(raw, tree, checking);
  raw.ignore.forEach((number, index) => {
    if (isPattern(number)) patternOf(number, (message) => checking.fail(['ignore', index], `"${number}": ${message}`));
  });
  checkNumbers(raw.numbers, checking);
  if (!checking.keepsReferences && raw.outbox !== undefined && isDirectory(raw.outbox))
    checking.fail(['outbox'], `${raw.outbox} is a directory; expected a file in it, such as ${raw.outbox}/outbox.db`);
  const delivery = checkDelivery(raw.delivery, tree.value, checking);
  const web = checkWeb(raw.web, checking, options);
  for (const section of ['metrics', 'web']) hintAtDisabled(section, tree.value, checking);
  hintAtUnquotedHashes(raw, tree, checking);
  const { secrets, hints } = checking;
  const { asterisk: _, ...rest } = raw;
  return { ...rest, file, queue, servers, extensions, delivery, web, secrets: [...secrets], hints: [...hints] };
}

/** A map of extensions: for all servers, or for a single one. */
interface ExtensionMap {
  /** Absent: the extensions for all servers. */
  server?: string;
  at: Path;
  entries: RawConfig['extensions'];
}

function extensionMapsIn(raw: RawConfig): ExtensionMap[] {
  const own = serversIn(raw).map(({ server, at, own: entries }) => ({ server, at: [...at, 'extensions'], entries }));
  return [{ at: ['extensions'], entries: raw.extensions }, ...own];
}

function checkExtensions(raw: RawConfig, tree: YamlTree, checking: CheckContext): ExtensionEntry[] {
  const maps = extensionMapsIn(raw);
  const ids = new Set<string>();
  const forAll = new Map<string, string>();
  const checkShared = checkerOfRules(raw.variables, checking);
  const groupsForAll = new GroupClaims();
  return maps.flatMap(({ server, at, entries }) => {
    const channels = server === undefined ? forAll : new Map(forAll);
    const groups = server === undefined ? groupsForAll : groupsForAll.copy();
    return Object.entries(entries).map(([key, entry]) => {
      const pattern = checkKey(at, key, checking);
      // A server's own entry replaces the entry for all servers, and takes over its channels.
      if (server !== undefined) for (const [channel, other] of channels) if (other === key) channels.delete(channel);
      if (entry.channels !== undefined) checkChannels([...at, key], key, entry.channels, channels, checking);
      checkGroup([...at, key], key, entry, groups, checking);
      if (entry.channels?.length === 0 && entry.events !== undefined && entry.events.length > 0)
        checking.hintKey([...at, key], 'events', 'are never sent: with `channels: []` it is not an extension');
      const idsOfRules = ruleIdsOf(key, entry.events ?? [], server);
      const rules = entry.events?.map((rule, index) => {
        const id = idsOfRules[index] ?? '';
        if (ids.size === ids.add(id).size) {
          const [first, here] = placesOfId(id, maps, [...at, key, 'events', index]);
          checking.fail(
            here,
            `the Event ID ${id} is used already, in line ${tree.placeOf(first).line}; it must be unique`,
          );
        }
        return { ...checkShared(rule, [...at, key, 'events', index]), id };
      });
      const { channels: own, did, notes, queue, line } = entry;
      return { key, ...(server !== undefined && { server }), pattern, channels: own, did, notes, queue, line, rules };
    });
  });
}

/**
 * Checks a rule that is the same object in several places once; a rule with a mistake each time, to report each place.
 */
function checkerOfRules(variables: readonly string[], checking: CheckContext) {
  const right = new Map<RawRule, RuleSettings>();
  return (rule: RawRule, at: Path): RuleSettings => {
    const known = right.get(rule);
    if (known !== undefined) return known;
    const before = checking.reportCount;
    const settings = checkRule(rule, at, variables, checking);
    // Rules with the same text are one object, although only one of them may have quotes.
    if (checking.reportCount === before && !dependsOnQuotes(rule.body)) right.set(rule, settings);
    return settings;
  };
}

/** The places of an Event ID that two rules have: in this rule, and in the last rule before it. */
function placesOfId(id: string, maps: readonly ExtensionMap[], here: Path): [before: Path, here: Path] {
  const places: Path[] = [];
  const last = here.join('\n');
  for (const { server, at, entries } of maps)
    for (const [key, { events = [] }] of Object.entries(entries))
      for (const [index, otherId] of ruleIdsOf(key, events, server).entries()) {
        const path = [...at, key, 'events', index];
        if (otherId === id) places.push(events[index]?.id === undefined ? path : [...path, 'id']);
        if (path.join('\n') === last) return [places.at(-2) ?? [], places.at(-1) ?? []];
      }
  return [[], here];
}

/** Host or port is written, but not `enabled`: it was probably forgotten. */
function hintAtDisabled(section: string, file: unknown, { hintKey }: CheckContext): void {
  const written = (file as Record<string, object | null | undefined>)[section] ?? {};
  const place = ['port', 'host', 'password'].find((key) => Object.hasOwn(written, key));
  if (place !== undefined && !Object.hasOwn(written, 'enabled'))
    hintKey([section], place, 'nothing is served there; that takes `enabled: true` beside it');
}

/** @param file config.yaml as it is written */
function checkDelivery(delivery: RawConfig['delivery'], file: unknown, checking: CheckContext): RawConfig['delivery'] {
  for (const list of ['allow', 'deny'] as const)
    delivery[list].forEach((network, index) => {
      if (!ipaddr.isValid(network) && !ipaddr.isValidCIDR(network))
        checking.fail(['delivery', list, index], `"${network}": expected an address or a network, such as 10.0.0.0/8`);
    });
  for (const [event, { tries }] of Object.entries(delivery.retry))
    checkTries(tries, ['delivery', 'retry', event, 'tries'], checking);
  const signing = delivery.signing && checkSigning(delivery.signing, ['delivery', 'signing'], checking);
  const tls = delivery.tls && checkReceiverTls(delivery.tls, ['delivery', 'tls'], checking);
  const isText = typeof (file as { delivery?: { proxy?: unknown } }).delivery?.proxy === 'string';
  const proxy = delivery.proxy && checkProxy(delivery.proxy, isText, checking);
  return { ...delivery, ...(signing && { signing }), ...(tls && { tls }), ...(proxy && { proxy }) };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
