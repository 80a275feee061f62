import { outboxPathOf } from '../config/ami-settings.ts';
import type { ReadConfig } from '../config/background/config-pieces.ts';
import { loadInBackground } from '../config/background/load-in-background.ts';
import { ConfigError } from '../config/config-problem.ts';
import { readConfigText } from '../config/config-text.ts';
import { keepLastGood, lastGoodPath, outboxPathDespiteProblems, readLastGood } from '../config/last-good.ts';
import { parseConfig } from '../config/load.ts';
import type { LoadOptions } from '../config/load-options.ts';

export interface ConfigReaderOptions {
  /** config.yaml, as the user named it. */
  file: string;
  env: NodeJS.ProcessEnv;
  /** Whether a start fails if config.yaml has problems, even though the last applied configuration is kept. */
  strict: boolean;
  /** Whether the page may be served without a password. */
  isDemo: boolean;
}

/** A configuration that may be applied, and its text. */
export interface LoadedConfig extends ReadConfig {
  /**
   * The problems of the present config.yaml, in whose place this is the last applied one. Absent: this is config.yaml.
   */
  refused?: ConfigError;
}

/** Reads config.yaml for the service, and keeps the last applied one for a start at which config.yaml has problems. */
export class ConfigReader {
  readonly #options: ConfigReaderOptions;
  /** The writing of the text that is to be kept; one after the other. */
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: ConfigReaderOptions) {
    this.#options = options;
  }

  get #loadOptions(): LoadOptions {
    const { env, isDemo } = this.#options;
    return { env, ...(isDemo && { webPassword: 'optional' }) };
  }

  /** Reads for a start, synchronously. @throws ConfigError with the problems, when no earlier configuration is kept */
  loadAtStart(): LoadedConfig {
    const { file, strict } = this.#options;
    try {
      const text = readConfigText(file);
      return { config: parseConfig(text, file, this.#loadOptions), text };
    } catch (error) {
      const kept = error instanceof ConfigError && !strict ? this.#lastGood() : undefined;
      if (kept === undefined || !(error instanceof ConfigError)) throw error;
      return { ...kept, refused: error };
    }
  }

  /** Reads for a reload, while the service goes on. @throws ConfigError */
  async load(): Promise<LoadedConfig> {
    return loadInBackground(this.#options.file, this.#loadOptions);
  }

  /**
   * Keeps a text that has been applied. @throws an error of the system; the one that was kept before is then still
   * there
   */
  async keep({ config, text }: LoadedConfig): Promise<void> {
    const { file, env } = this.#options;
    const written = this.#keeping.then(async () => keepLastGood(lastGoodPath(outboxPathOf(config, env)), file, text));
    this.#keeping = written.catch(() => undefined);
    return written;
  }

  /** The last applied configuration; absent also when it is no longer usable, because a secret is missing. */
  #lastGood(): LoadedConfig | undefined {
    const { file, env } = this.#options;
    const text = readLastGood(lastGoodPath(outboxPathDespiteProblems(file, env)), file);
    if (text === undefined) return undefined;
    try {
      return { config: parseConfig(text, file, this.#loadOptions), text };
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  }
}
