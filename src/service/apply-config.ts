import { setImmediate as nextTurn } from 'node:timers/promises';
import { outboxPathOf } from '../config/ami-settings.ts';
import type { ReadConfig } from '../config/background/config-pieces.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-problem.ts';
import { ConfigWatcher } from '../config/config-watcher.ts';
import type { Logger } from '../log.ts';
import type { MetricsServer } from '../metrics/metrics-server.ts';
import { type ActiveConfig, buildActiveConfig } from './active-config.ts';
import { ConfigReader, type ConfigReaderOptions, type LoadedConfig } from './config-reader.ts';
import type { ServiceEvents } from './events.ts';
import type { Pipeline } from './pipeline.ts';
import type { Supervisor } from './watchdog.ts';
import type { WebLink } from './web-link.ts';

/** What a changed configuration is applied to. */
export interface ConfigurableParts {
  /** Replaced when config.yaml is reloaded. */
  active: ActiveConfig;
  /** Absent while the outbox is waited for. */
  pipeline: Pipeline | undefined;
  readonly log: Logger;
  readonly metricsServer: MetricsServer;
  readonly web: WebLink;
  readonly outboxPath: string;
  /** What it was started with. */
  readonly loaded: LoadedConfig;
}

export interface ConfigReloaderOptions extends ConfigReaderOptions {
  /** Those of the service that runs; absent while none does. */
  parts(): ConfigurableParts | undefined;
  /** What the log masks. It grows with each configuration. */
  secrets: string[];
  events: ServiceEvents;
  supervisor: Supervisor | undefined;
}

export interface ReloadOptions {
  /** Whether the file was written at once, so that it cannot be half of itself. */
  isWhole?: boolean;
  /** What was written at once just now. config.yaml is read only when another text stands there. */
  written?: ReadConfig;
}

const MAY_BE_CUT = 'the configuration is shorter, or cut in a line: it is applied when it has not changed for a second';

/** Reads config.yaml, and applies it to the running service when it has changed: all of it or nothing. */
export class ConfigReloader {
  readonly #options: ConfigReloaderOptions;
  readonly #reader: ConfigReader;
  readonly #file: ConfigWatcher;
  /** One reload after the other. */
  #reloading: Promise<unknown> = Promise.resolve();
  #refused: ConfigError | undefined;

  constructor(options: ConfigReloaderOptions) {
    this.#options = options;
    this.#reader = new ConfigReader(options);
    this.#file = new ConfigWatcher(options.file, () => void this.#loadNext());
  }

  /** What is wrong with config.yaml as it stands now; absent: it is the active one. */
  get refused(): ConfigError | undefined {
    return this.#refused;
  }

  /** For a start: what the parts are made of. @throws ConfigError */
  loadAtStart(): LoadedConfig {
    const loaded = this.#reader.loadAtStart();
    this.#learnSecrets(loaded.config);
    this.#refused = loaded.refused;
    return loaded;
  }

  /** What the parts were started with is active: each change of the file is applied from now on. */
  watch({ loaded, log }: ConfigurableParts): void {
    this.#file.start();
    if (loaded.refused === undefined) this.#keep(loaded, log);
  }

  stopWatching(): void {
    this.#file.stop();
  }

  /**
   * Applies config.yaml as it is now; it is read while the calls go on. Resolves when it is active.
   * @returns whether it is; problems are logged
   */
  async reload({ written, isWhole = written !== undefined }: ReloadOptions = {}): Promise<boolean> {
    const parts = this.#options.parts();
    if (parts?.pipeline === undefined) return false;
    if (isWhole) this.#file.take();
    else if (!this.#file.takeIfComplete()) {
      parts.log.warn(MAY_BE_CUT);
      return false;
    }
    return this.#loadNext(written);
  }

  async #loadNext(written?: ReadConfig): Promise<boolean> {
    const applied = this.#reloading.then(async () => this.#loadAndApply(written));
    // What is thrown is a fault of ours, and ends the service as one; the next reload does not inherit it.
    this.#reloading = applied.catch(() => undefined);
    return applied;
  }

  async #loadAndApply(written: ReadConfig | undefined): Promise<boolean> {
    const { parts: partsNow, supervisor, events } = this.#options;
    const parts = partsNow();
    if (parts?.pipeline === undefined) return false;
    supervisor?.reloading();
    try {
      const loaded = (await this.#ifThere(written)) ?? (await this.#reader.load());
      // Stopped meanwhile, or another start.
      if (partsNow() !== parts) return false;
      if (loaded !== written && !this.#file.mayApply(loaded.text)) {
        parts.log.warn(MAY_BE_CUT);
        return false;
      }
      this.#apply(loaded, parts);
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (partsNow() !== parts) return false;
      this.#refused = error;
      events.emit('configRefused', error);
      return false;
    } finally {
      if (partsNow() === parts) supervisor?.ready();
    }
  }

  /** What was written, while it stands there. A large text takes long to compare, so what else has come goes before and after that. */
  async #ifThere(written: ReadConfig | undefined): Promise<ReadConfig | undefined> {
    if (written === undefined) return undefined;
    await nextTurn();
    const isThere = this.#file.hasTaken(written.text);
    await nextTurn();
    return isThere ? written : undefined;
  }

  #apply(loaded: LoadedConfig, parts: ConfigurableParts): void {
    const { env, events } = this.#options;
    this.#learnSecrets(loaded.config);
    const next = buildActiveConfig(loaded.config, loaded.text, parts.active);
    if (outboxPathOf(next.config, env) !== parts.outboxPath)
      parts.log.warn('the outbox stays where it is until the service is started again');
    if (next.config.queue !== parts.loaded.config.queue)
      parts.log.warn('the shared queue stays what it is until the service is started again');
    parts.active = next;
    this.#file.markApplied();
    parts.pipeline?.configure(next);
    parts.log.level = next.config.log.level;
    parts.metricsServer.configure(next.config.metrics);
    parts.web.configure(next.config.web);
    this.#refused = undefined;
    this.#keep(loaded, parts.log);
    events.emit('configApplied', next.config);
  }

  #learnSecrets({ secrets }: Config): void {
    const known = new Set(this.#options.secrets);
    for (const secret of secrets) if (!known.has(secret)) this.#options.secrets.push(secret);
  }

  /** A configuration that cannot be kept is active all the same. */
  #keep(loaded: LoadedConfig, log: Logger): void {
    this.#reader
      .keep(loaded)
      .catch((err) =>
        log.warn({ err }, 'the configuration cannot be kept for a start at which config.yaml has problems'),
      );
  }
}
