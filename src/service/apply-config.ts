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
import type { LazyPageService } from './lazy-page-service.ts';
import type { Pipeline } from './pipeline.ts';
import type { ServiceEvents } from './service-events.ts';
import type { Supervisor } from './watchdog.ts';

/** The parts that a changed configuration is applied to. */
export interface ConfigurableParts {
  /** Replaced when config.yaml is reloaded. */
  active: ActiveConfig;
  /** Absent until the outbox is open. */
  pipeline: Pipeline | undefined;
  readonly log: Logger;
  readonly metricsServer: MetricsServer;
  readonly web: LazyPageService;
  readonly outboxPath: string;
  /** The configuration of the start: what a reload cannot change stays as it is there. */
  readonly loaded: LoadedConfig;
}

export interface ConfigReloaderOptions extends ConfigReaderOptions {
  /** The parts of the running service; absent while it does not run. */
  parts(): ConfigurableParts | undefined;
  /** The secrets that the log redacts. The list grows with each configuration. */
  secrets: string[];
  events: ServiceEvents;
  supervisor: Supervisor | undefined;
}

export interface ReloadOptions {
  /** Whether the file was written in one step, so that it is complete. */
  isWhole?: boolean;
  /** The configuration that was written just now, in one step. config.yaml is read again only if its text differs. */
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

  /** The problems of the present config.yaml; absent: it is the active one. */
  get refused(): ConfigError | undefined {
    return this.#refused;
  }

  /** The configuration for a start. @throws ConfigError */
  loadAtStart(): LoadedConfig {
    // Before the read, and not when the watch begins: until then a full disk may be waited for.
    this.#file.take();
    const loaded = this.#reader.loadAtStart();
    this.#learnSecrets(loaded.config);
    this.#refused = loaded.refused;
    return loaded;
  }

  /** The configuration of the start is active: later changes of the file are applied from now on. */
  watch({ loaded, log }: ConfigurableParts): void {
    this.#file.start();
    if (loaded.refused === undefined) this.#keep(loaded, log);
  }

  stopWatching(): void {
    this.#file.stop();
  }

  /**
   * Applies the present config.yaml, which is read while the calls go on. Resolves when it is active.
   * @returns whether it is active; problems are logged
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
    // An exception is a bug, and ends the service as one; it does not affect the next reload.
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

  /**
   * The written configuration, if its text is still in the file. Comparing a large text takes long: other events go
   * before and after.
   */
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

  /** Keeps the text; a configuration that cannot be kept is active all the same. */
  #keep(loaded: LoadedConfig, log: Logger): void {
    this.#reader
      .keep(loaded)
      .catch((err) =>
        log.warn({ err }, 'the configuration cannot be kept for a start at which config.yaml has problems'),
      );
  }
}
