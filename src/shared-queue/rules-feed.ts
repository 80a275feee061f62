import { ConfigError } from '../config/config-problem.ts';
import { parseConfig } from '../config/load.ts';
import type { Claims } from './claims.ts';
import { type SourceRules, sourceRulesOf } from './source-rules.ts';

export interface RulesFeedOptions {
  claims: Pick<Claims, 'revisions' | 'rules'>;
  env: NodeJS.ProcessEnv;
  /** Secrets that were fetched, to be kept out of logs. */
  onSecrets(secrets: readonly string[]): void;
  /** The rules of a source are other ones now. @param problem why they cannot be used here; absent: they can */
  onChange(source: string, problem: string | undefined): void;
}

/** A text of rules, as it can be used on this host, or why it cannot. */
type Reading = { rules: SourceRules } | { problem: string };

/** The rules that services have published, as they can be used on this host. */
export class RulesFeed {
  readonly #options: RulesFeedOptions;
  readonly #revisions = new Map<string, string>();
  readonly #usable = new Map<string, SourceRules>();
  readonly #problems = new Map<string, string>();

  constructor(options: RulesFeedOptions) {
    this.#options = options;
  }

  /** By source; those that cannot be used here are left out: another worker may be able to. */
  get usable(): ReadonlyMap<string, SourceRules> {
    return this.#usable;
  }

  /** Why rules cannot be used here, by source. */
  get problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  /**
   * Reads what has been published since. What cannot be used is tried again each time: a secret may be there by now.
   */
  async refresh(): Promise<void> {
    const { claims, onChange } = this.#options;
    const revisions = await claims.revisions();
    // Sources of one service have one text, which may be megabytes.
    const read = new Map<string, Reading | undefined>();
    for (const [source, revision] of revisions) {
      if (this.#revisions.get(source) === revision && !this.#problems.has(source)) continue;
      if (!read.has(revision)) read.set(revision, this.#read(await claims.rules(revision)));
      const reading = read.get(revision);
      if (reading === undefined) continue;
      const wasKnown = this.#revisions.get(source) === revision;
      this.#revisions.set(source, revision);
      if ('rules' in reading) {
        this.#usable.set(source, reading.rules);
        this.#problems.delete(source);
        onChange(source, undefined);
      } else {
        this.#usable.delete(source);
        this.#problems.set(source, reading.problem);
        if (!wasKnown) onChange(source, reading.problem);
      }
    }
  }

  #read(text: string | undefined): Reading | undefined {
    if (text === undefined) return undefined;
    try {
      const config = parseConfig(text, 'rules', { require: 'extensions', env: this.#options.env });
      this.#options.onSecrets(config.secrets);
      return { rules: sourceRulesOf(config) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { problem: error.message };
    }
  }
}
