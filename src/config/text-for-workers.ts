import { type Alias, type Document, isAlias, isMap, isSeq, type Node, parseDocument, visit, type YAMLMap } from 'yaml';

/** The keys that say how deliveries are sent, and nothing about this host. */
const PUBLISHED = new Set(['asterisk', 'extensions', 'numbers', 'parameters', 'profile', 'variables', 'delivery']);
/** The keys of an Asterisk server that appear in requests. */
const OF_SERVER = new Set(['name', 'host', 'port', 'extensions']);

/**
 * The part of config.yaml that workers need for sending, as it is written: references to secrets stay references.
 * @param source a text without problems
 */
export function textForWorkers(source: string): string {
  const document = parseDocument(source);
  if (!isMap(document.contents)) return source;
  const targets = targetsOfAliases(document);
  const targetOf = (node: unknown) => (isAlias(node) ? targets.get(node) : node);
  const map = document.contents as YAMLMap;
  const keep = (from: YAMLMap, keys: ReadonlySet<string>) => {
    from.items = from.items.filter(({ key }) => keys.has(String(key)));
  };
  keep(map, PUBLISHED);
  const asterisk = targetOf(map.get('asterisk', true));
  const servers = isSeq(asterisk) ? asterisk.items : [asterisk];
  for (const server of servers.map(targetOf)) {
    if (!isMap(server)) continue;
    keep(server as YAMLMap, OF_SERVER);
    for (const key of ['username', 'secret']) (server as YAMLMap).set(key, '-');
  }
  putInPlaceOfAliases(document, targets);
  // A comment may hold an old secret.
  document.comment = null;
  document.commentBefore = null;
  visit(document, {
    Node: (_, node) => {
      node.comment = null;
      node.commentBefore = null;
    },
  });
  // What has lists or maps broken over lines is read by the slow one of the two parsers.
  return document.toString({ lineWidth: 0 });
}

/** What each alias stands for: the last node before it that has the anchor. */
function targetsOfAliases(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** Where the anchor is gone with what was left out, its node takes the place of each alias. */
function putInPlaceOfAliases(document: Document, targets: ReadonlyMap<Alias, Node>): void {
  const kept = new Set<Node>();
  visit(document, { Node: (_, node) => void kept.add(node) });
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = targets.get(node);
        return target === undefined || kept.has(target) ? undefined : target;
      }
      // Here it would stand for another anchor of the same name.
      if (!kept.has(node)) delete node.anchor;
      return undefined;
    },
  });
}
