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

  /** Reads what has been published since. What cannot be used is tried again each time: a secret may be there by now. */
  async refresh(): Promise<void> {
    const { claims } = this.#options;
    const revisions = await claims.revisions();
    const made = new Map<string, SourceRules>();
    for (const [source, revision] of revisions) {
      if (this.#revisions.get(source) === revision && !this.#problems.has(source)) continue;
      const text = await claims.rules(revision);
      if (text === undefined) continue;
      const wasKnown = this.#revisions.get(source) === revision;
      this.#revisions.set(source, revision);
      try {
        // Sources of one service have one text.
        const rules = made.get(revision) ?? this.#read(source, text);
        made.set(revision, rules);
        this.#usable.set(source, rules);
        this.#problems.delete(source);
        this.#options.onChange(source, undefined);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.#usable.delete(source);
        this.#problems.set(source, error.message);
        if (!wasKnown) this.#options.onChange(source, error.message);
      }
    }
  }

  #read(source: string, text: string): SourceRules {
    const config = parseConfig(text, `rules of ${source}`, { require: 'extensions', env: this.#options.env });
    this.#options.onSecrets(config.secrets);
    return sourceRulesOf(config);
  }
}
