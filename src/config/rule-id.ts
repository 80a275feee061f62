import { hash } from 'node:crypto';

/**
 * The Event IDs of an extension's rules, in their order: those of config.yaml, and derived ones where it has none.
 * @param server the server whose own extension it is; absent: the extension is there for all servers
 */
export function ruleIdsOf(
  extensionKey: string,
  rules: readonly { id?: string | undefined; on: string }[],
  server?: string,
): string[] {
  // Every one of thirty servers has a 101.
  const key = server === undefined ? extensionKey : `${server}/${extensionKey}`;
  const perEvent = new Map<string, number>();
  return rules.map(({ id, on }) => {
    const position = perEvent.get(on) ?? 0;
    perEvent.set(on, position + 1);
    return id ?? derivedRuleId(key, on, position);
  });
}

/**
 * The Event ID of a rule that has none: 8 hex digits of SHA-256 over extension key, event and position among the rules
 * for that event of this extension, joined by line feeds. Editing URL or notes keeps it.
 * @param position 0 for the first rule for that event
 */
function derivedRuleId(extensionKey: string, event: string, position: number): string {
  return hash('sha256', `${extensionKey}\n${event}\n${position}`).slice(0, 8);
}
