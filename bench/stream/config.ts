import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';

export interface ConfigShape {
  /** Keys of the entries. */
  extensions: readonly string[];
  /** Of the entries. Default: none of their own. */
  rules?: 'three';
  /** Each extension has URLs of its own, so that no two are alike. */
  ownUrls?: boolean;
  /** AMI port. */
  port?: number;
  /** Where the requests go. */
  receiverPort?: number;
  outbox?: string;
  /** Further top-level keys. */
  more?: string;
}

/** A config.yaml as an administrator, or a script of his, would write it. */
export function configText({
  extensions,
  rules,
  ownUrls = false,
  port = 5038,
  receiverPort = 9,
  outbox,
  more = '',
}: ConfigShape): string {
  const url = `http://127.0.0.1:${receiverPort}`;
  const entries = extensions.map((key) => {
    const events = rules === undefined ? [] : eventsOf(ownUrls ? `${url}/of/${key}` : url);
    return `  "${key}":\n${events.length === 0 ? '    notes: one\n' : `    events:\n${events.join('')}`}`;
  });
  return `asterisk:
  host: 127.0.0.1
  port: ${port}
  username: bench
  secret: bench-secret
${outbox === undefined ? '' : `outbox: ${outbox}\n`}${more}extensions:
${entries.join('')}`;
}

function eventsOf(url: string): string[] {
  return [
    `      - on: dial-in\n        url: ${url}/dial-in\n`,
    `      - on: dial-out\n        url: ${url}/dial-out\n`,
    `      - on: hangup\n        method: POST\n        url: ${url}/hangup\n`,
  ];
}

/** The same, read. */
export function configOf(shape: ConfigShape): Config {
  return parseConfig(configText(shape), 'bench.yaml', {});
}

/** Extensions of five digits, from 10000 on. */
export function extensionKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(10_000 + index));
}

/** Patterns; the last is the one that matches the extensions. */
export function patternKeys(count: number): string[] {
  const others = Array.from({ length: count - 1 }, (_, index) => `_9${String(index).padStart(4, '0')}X.`);
  return [...others, '_1XXXX'];
}
