import { hash } from 'node:crypto';

/**
 * The Event ID of a rule that has none: 8 hex digits of SHA-256 over extension key, event and position among the rules
 * for that event of this extension, joined by line feeds. Editing URL or notes keeps it.
 * @param position 0 for the first rule for that event
 */
export function derivedEventId(extensionKey: string, event: string, position: number): string {
  return hash('sha256', `${extensionKey}\n${event}\n${position}`).slice(0, 8);
}
