import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';

export interface ConfigShape {
  /** Keys of the entries. */
  extensions: readonly string[];
  /**
   * Of the entries. `three`: the same for all; `three-own`: each entry's differ from all others in URL, parameters,
   * notes and, by turns, in events, as those of users do who have a CRM each. Default: none of their own.
   */
  rules?: 'three' | 'three-own';
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
  port = 5038,
  receiverPort = 9,
  outbox,
  more = '',
}: ConfigShape): string {
  const url = `http://127.0.0.1:${receiverPort}`;
  const rulesOf = (key: string, index: number) =>
    rules === 'three' ? threeRules(url) : threeOwnRules(url, key, index);
  const entries = extensions.map(
    (key, index) => `  "${key}":\n${rules === undefined ? '    notes: one\n' : `    events:\n${rulesOf(key, index)}`}`,
  );
  return `asterisk:
  host: 127.0.0.1
  port: ${port}
  username: bench
  secret: bench-secret
${outbox === undefined ? '' : `outbox: ${outbox}\n`}${more}extensions:
${entries.join('')}`;
}

function threeRules(url: string): string {
  return `      - on: dial-in
        url: ${url}/dial-in
      - on: dial-out
        url: ${url}/dial-out
      - on: hangup
        method: POST
        url: ${url}/hangup
`;
}

/** Every entry has a dial-in and a dial-out, which the rows with live calls wait for. */
function threeOwnRules(url: string, key: string, index: number): string {
  const third = ['hangup', 'answer-in', 'answer-out'][index % 3];
  return `      - on: dial-in
        url: ${url}/of/${key}/dial-in
        params: { agent: "${key}", desk: "${index % 40}" }
        notes: Screen pop of ${key}
      - on: dial-out
        url: ${url}/of/${key}/dial-out
        headers: { X-Agent: "${key}" }
      - on: ${third}
        method: POST
        url: ${url}/of/${key}/${third}
        params: { agent: "${key}" }
`;
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
