import { isMap, isSeq, parseDocument, visit, type YAMLMap } from 'yaml';

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
  const map = document.contents as YAMLMap;
  const keep = (from: YAMLMap, keys: ReadonlySet<string>) => {
    from.items = from.items.filter(({ key }) => keys.has(String(key)));
  };
  keep(map, PUBLISHED);
  const asterisk = map.get('asterisk', true);
  const servers = isSeq(asterisk) ? asterisk.items : [asterisk];
  for (const server of servers) {
    if (!isMap(server)) continue;
    keep(server as YAMLMap, OF_SERVER);
    for (const key of ['username', 'secret']) (server as YAMLMap).set(key, '-');
  }
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
