import type { Problem } from './config-problem.ts';
import type { DialplanPattern } from './dialplan-pattern.ts';
import type { RawAsterisk, RawConfig, RawRule } from './schema/schema.ts';

/** config.yaml, read and checked. */
export interface Config extends Omit<RawConfig, 'asterisk' | 'extensions' | 'numbers'> {
  /** The file, as the user named it. */
  file: string;
  /** Every Asterisk server, in the order of the file; none where `asterisk` is left out. */
  servers: readonly AsteriskConfig[];
  /** In the order of the file: the extensions for all servers, then each server's own. */
  extensions: ExtensionEntry[];
  numbers: RawConfig['numbers'];
  /** Every secret that was fetched; they are kept out of logs. */
  secrets: string[];
  /** What is valid, but probably a mistake. */
  hints: Problem[];
}

/** How one Asterisk server is reached. `tls.ca` is the certificates themselves, not the name of their file. */
export interface AsteriskConfig extends RawAsterisk {
  /** Its name in a list of servers; empty where config.yaml has one and no list. */
  server: string;
}

/** One entry under `extensions`. */
export interface ExtensionEntry {
  /** As written: `101`, `_1XX`. */
  key: string;
  /** The server that it belongs to. Absent: it is there for all. */
  server?: string;
  /** Absent for an exact entry. */
  pattern: DialplanPattern | undefined;
  channels: string[] | undefined;
  did: string | undefined;
  /** For people. */
  notes: string | undefined;
  /** The name of the queue that the extension stands for. Absent: it stands for none. */
  queue: string | undefined;
  /**
   * Numbers and patterns of a line: each call from outside to one of them is a call of this extension. Absent: it is no
   * line.
   */
  line: string[] | undefined;
  /** Absent: the rules of the best matching pattern apply. */
  rules: Rule[] | undefined;
}

/** One configured request, but for its Event ID. */
export interface RuleSettings extends Omit<RawRule, 'id' | 'body' | 'when'> {
  /** A mapping or a list is the JSON to send. */
  body: 'form' | 'json' | JsonTemplate;
  /** The conditions, all of which must hold. */
  when: Conditions;
}

/** JSON whose texts hold placeholders. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | null
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** Parameters, or `from`, with the values of which each must have one: texts, Asterisk patterns, `any`, `none`. */
export type Conditions = Readonly<Record<string, readonly string[]>>;

/** One configured request. */
export interface Rule extends RuleSettings {
  /** Event ID; derived where config.yaml has none. */
  id: string;
}
