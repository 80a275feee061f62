import { outboxPathOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { ConfigWatcher } from '../config/config-watcher.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { summaryOf } from '../config/summary.ts';
import { acquireOutbox } from '../delivery/outbox/acquire.ts';
import type { Logger } from '../log.ts';
import { statusOf } from '../metrics/health.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { type ActiveConfig, buildActiveConfig } from './active-config.ts';
import { ConfigSource, type LoadedConfig } from './config-source.ts';
import { logEvents, logStartDespite } from './event-log.ts';
import { ServiceEvents } from './events.ts';
import type { FailPoint } from './fail-point.ts';
import { Lifecycle } from './lifecycle.ts';
import { Pipeline } from './pipeline.ts';
import type { OpenLeg, ServiceState } from './state.ts';
import { createTicker } from './ticker.ts';
import { reportTo, type Supervisor } from './watchdog.ts';
import { watchedService } from './watched.ts';
import { WebLink } from './web-link.ts';

export interface ServiceOptions {
  /** config.yaml, as the user named it. */
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** Makes the log once the configuration is known. The list of secrets grows when it is reloaded. */
  createLog(level: string, secrets: readonly string[], format: Config['log']['format']): Logger;
  /** What watches over the process, as systemd does; absent: nothing does. */
  supervisor?: Supervisor;
  /** Whether a start with a config.yaml that has problems fails, also where the last one that was applied is kept. */
  strict?: boolean;
  failPoint?: FailPoint;
  /** Whether it is the demo, whose page asks for no password. */
  isDemo?: boolean;
}

/** What there is from the beginning of a start, while the outbox may still be waited for. */
interface ServiceBase {
  /** Replaced when config.yaml is reloaded. */
  active: ActiveConfig;
  readonly log: Logger;
  readonly metricsServer: MetricsServer;
  readonly web: WebLink;
  readonly outboxPath: string;
  /** What it was started with. */
  readonly loaded: LoadedConfig;
}

const MAY_BE_CUT = 'the configuration is shorter, or cut in a line: it is applied when it has not changed for a second';

/** The whole service: its life, and its configuration. What was started is stopped in reverse, after half a start too. */
export class Service {
  /** Subscriptions outlive a stop. */
  readonly events: ServiceEvents;
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #lifecycle: Lifecycle;
  readonly #source: ConfigSource;
  readonly #file: ConfigWatcher;
  /** One reload after the other. */
  #reloading: Promise<unknown> = Promise.resolve();
  /** What is wrong with config.yaml as it stands now; absent: it is the active one. */
  #refused: ConfigError | undefined;
  #base: ServiceBase | undefined;
  #pipeline: Pipeline | undefined;
  #hasLost = false;
  /** Why the outbox is not open yet. */
  #notOpenReason = 'not started';

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.events = new ServiceEvents((err, event) =>
      this.#base?.log.error({ err, event }, 'a subscriber of service events has failed; the others go on'),
    );
    this.#lifecycle = new Lifecycle(
      (signal) => this.#start(signal),
      () => this.#stop(),
    );
    const { configFile: file, env, strict = false, isDemo = false } = options;
    this.#source = new ConfigSource({ file, env, strict, isDemo });
    this.#file = new ConfigWatcher(file, () => void this.#applyConfig());
  }

  /**
   * Resolves when it runs, or was stopped before. It waits for a stop that is under way, and for a disk that is full.
   * @throws ConfigError, OutboxError; then nothing is left running
   */
  async start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /** May be called at any time, and again. @returns whether everything that ran came to its end in time */
  async stop(): Promise<boolean> {
    return this.#lifecycle.stop();
  }

  /** Whether Asterisk is connected, the outbox writes, what is on its way, and whether config.yaml is active. */
  get state(): ServiceState {
    const refused = this.#refused;
    return { ...(this.#pipeline?.state ?? this.#stateBeforeOpen()), ...(refused !== undefined && { refused }) };
  }

  /** One line on how things are. */
  status(): string {
    return statusOf(this.state);
  }

  /** Whether its parts do their work; if not, a restart may help. */
  get alive(): boolean {
    return this.#pipeline?.alive ?? this.#base !== undefined;
  }

  /** Whether the last stop has lost something that could not be written: the disk was full to the end. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** A copy of every open leg as it is now. */
  openLegs(): OpenLeg[] {
    return this.#pipeline?.openLegs() ?? [];
  }

  /** Where /metrics, /livez and /readyz are; absent while they are not served. */
  get metricsUrl(): string | undefined {
    return this.#base?.metricsServer.url;
  }

  /** Where the page is; absent while it is not served. */
  get webUrl(): string | undefined {
    return this.#base?.web.url;
  }

  /** The active configuration; absent while it is not running. */
  get config(): Config | undefined {
    return this.#base?.active.config;
  }

  /**
   * Applies config.yaml as it is now, all of it or nothing; it is read while the calls go on. Resolves when it is active.
   * @param about whether the file was written at once, so that it cannot be half of itself
   * @returns whether it is; problems are logged
   */
  async reload({ isWhole = false } = {}): Promise<boolean> {
    if (this.#pipeline === undefined) return false;
    if (isWhole) this.#file.take();
    else if (!this.#file.takeIfComplete()) {
      this.#base?.log.warn(MAY_BE_CUT);
      return false;
    }
    return this.#applyConfig();
  }

  async #applyConfig(): Promise<boolean> {
    const applied = this.#reloading.then(async () => this.#loadAndApply());
    // What is thrown is a fault of ours, and ends the service as one; the next reload does not inherit it.
    this.#reloading = applied.catch(() => undefined);
    return applied;
  }

  async #loadAndApply(): Promise<boolean> {
    const base = this.#base;
    if (base === undefined || this.#pipeline === undefined) return false;
    const { supervisor } = this.#options;
    supervisor?.reloading();
    try {
      const loaded = await this.#source.load();
      // Stopped meanwhile, or another start.
      if (this.#base !== base) return false;
      if (!this.#file.mayApply(loaded.source)) {
        base.log.warn(MAY_BE_CUT);
        return false;
      }
      this.#apply(loaded, base);
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (this.#base !== base) return false;
      this.#refused = error;
      this.events.emit('configRefused', error);
      return false;
    } finally {
      if (this.#base === base) supervisor?.ready();
    }
  }

  #apply(loaded: LoadedConfig, base: ServiceBase): void {
    this.#learnSecrets(loaded.config);
    const next = buildActiveConfig(loaded.config, loaded.source, base.active);
    if (outboxPathOf(next.config, this.#options.env) !== base.outboxPath)
      base.log.warn('the outbox stays where it is until the service is started again');
    if (next.config.queue !== base.loaded.config.queue)
      base.log.warn('the shared queue stays what it is until the service is started again');
    base.active = next;
    this.#file.markApplied();
    this.#pipeline?.configure(next);
    base.log.level = next.config.log.level;
    base.metricsServer.configure(next.config.metrics);
    base.web.configure(next.config.web);
    this.#refused = undefined;
    this.#keep(loaded, base.log);
    this.events.emit('configApplied', next.config);
  }

  #stateBeforeOpen(): ServiceState {
    return {
      servers: [],
      outbox: { ok: false, reason: `cannot be written (${this.#notOpenReason})`, waiting: 0, lost: 0 },
      queue: { depth: 0, oldestMs: 0, running: 0 },
      tracker: { channels: 0, legs: 0 },
      suspended: 0,
    };
  }

  async #start(signal: AbortSignal): Promise<void> {
    try {
      const base = this.#createBase();
      const { log, outboxPath } = base;
      const { supervisor, failPoint } = this.#options;
      const opened = await acquireOutbox(outboxPath, log, signal, (error) => {
        this.#notOpenReason = error.message;
        supervisor?.status(error.message);
      });
      if (opened === undefined) return;
      this.#undo.push(opened.close);
      const repeat = createTicker(log, (end) => this.#undo.push(end));
      const { outbox } = opened;
      const pipeline = new Pipeline({ outbox, active: base.active, events: this.events, log, failPoint });
      const restored = await pipeline.restore();
      if (signal.aborted) return;
      this.#pipeline = pipeline;
      pipeline.start(restored, repeat);
      this.#file.start();
      if (base.loaded.refused === undefined) this.#keep(base.loaded, log);
      this.#undo.push(() => this.#file.stop());
      supervisor?.ready();
      if (supervisor === undefined) return;
      const report = reportTo(supervisor, this, repeat);
      this.#undo.push(
        this.events.on('feedState', ({ state }) => {
          if (state !== 'stopped') report();
        }),
      );
    } catch (error) {
      await this.#undoAll();
      throw error;
    }
  }

  async #stop(): Promise<boolean> {
    if (this.#base !== undefined) this.#options.supervisor?.stopping();
    return this.#undoAll();
  }

  /** @returns whether everything that ran came to its end in time */
  async #undoAll(): Promise<boolean> {
    try {
      const stopped = await this.#pipeline?.stop();
      this.#hasLost = stopped?.unwritten !== undefined;
      return stopped?.ended ?? true;
    } finally {
      for (const undo of this.#undo.splice(0).reverse()) await undo();
      this.#pipeline = undefined;
      this.#base = undefined;
      this.#notOpenReason = 'not started';
    }
  }

  #learnSecrets({ secrets }: Config): void {
    const known = new Set(this.#secrets);
    for (const secret of secrets) if (!known.has(secret)) this.#secrets.push(secret);
  }

  /** A configuration that cannot be kept is active all the same. */
  #keep(loaded: LoadedConfig, log: Logger): void {
    this.#source
      .keep(loaded)
      .catch((err) =>
        log.warn({ err }, 'the configuration cannot be kept for a start at which config.yaml has problems'),
      );
  }

  /** What there is before the outbox is open, so that /readyz says what the service waits for. */
  #createBase(): ServiceBase {
    const loaded = this.#source.loadAtStart();
    const { config, refused } = loaded;
    this.#learnSecrets(config);
    this.#refused = refused;
    const active = buildActiveConfig(config, loaded.source);
    const log = this.#options.createLog(config.log.level, this.#secrets, config.log.format);
    if (refused !== undefined) logStartDespite(refused, log);
    log.info(`${config.file}: ${summaryOf(config)}`);
    for (const hint of config.hints) log.warn(formatProblem(config.file, hint));
    const metricsServer = new MetricsServer({
      log,
      events: this.events,
      state: () => this.state,
      alive: () => this.alive,
    });
    const outboxPath = outboxPathOf(config, this.#options.env);
    const { configFile, env, isDemo = false } = this.#options;
    const secrets = this.#secrets;
    const web = new WebLink(
      watchedService({ service: this, active: () => base.active, configFile, env, outboxPath, log, secrets, isDemo }),
    );
    const base: ServiceBase = { active, loaded, log, metricsServer, web, outboxPath };
    this.#undo.push(() => base.active.sender.close());
    this.#undo.push(logEvents(this.events, log));
    this.#undo.push(() => metricsServer.close());
    this.#undo.push(() => web.close());
    metricsServer.configure(config.metrics);
    web.configure(config.web);
    this.#base = base;
    return base;
  }
}
