import { outboxPathOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { ConfigWatcher } from '../config/config-watcher.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { summaryOf } from '../config/summary.ts';
import { acquireOutbox } from '../delivery/outbox/acquire.ts';
import type { Logger } from '../log.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { type ActiveConfig, activate } from './active-config.ts';
import { logEvents } from './event-log.ts';
import { ServiceEvents } from './events.ts';
import type { FailPoint } from './fail-point.ts';
import { Lifecycle } from './lifecycle.ts';
import { Pipeline } from './pipeline.ts';
import type { OpenLeg, ServiceState } from './state.ts';
import { reportTo, type Supervisor } from './supervision.ts';
import { createTicker } from './ticker.ts';

export interface ServiceOptions {
  /** config.yaml, as the user named it. */
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** Makes the log once the configuration is known. The list of secrets grows when it is reloaded. */
  createLog(level: string, secrets: readonly string[]): Logger;
  /** What watches over the process, as systemd does; absent: nothing does. */
  supervisor?: Supervisor;
  failPoint?: FailPoint;
}

/** What there is from the beginning of a start, while the outbox may still be waited for. */
interface ServiceBase {
  /** Replaced when config.yaml is reloaded. */
  active: ActiveConfig;
  readonly log: Logger;
  readonly metricsServer: MetricsServer;
  readonly outboxPath: string;
}

/** The whole service: its life, and its configuration. What was started is stopped in reverse, after half a start too. */
export class Service {
  /** Subscriptions outlive a stop. */
  readonly events: ServiceEvents;
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #lifecycle: Lifecycle;
  readonly #file: ConfigWatcher;
  #base: ServiceBase | undefined;
  #pipeline: Pipeline | undefined;
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
    this.#file = new ConfigWatcher(options.configFile, () => void this.#applyConfig());
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

  /** Whether Asterisk is connected, the outbox writes, and what is on its way. */
  get state(): ServiceState {
    return (
      this.#pipeline?.state ?? {
        servers: [],
        outbox: { ok: false, reason: `cannot be written (${this.#notOpenReason})`, waiting: 0, lost: 0 },
        queue: { depth: 0, oldestMs: 0, running: 0 },
        tracker: { channels: 0, legs: 0 },
        suspended: 0,
      }
    );
  }

  /** Whether its parts do their work; if not, a restart may help. */
  get alive(): boolean {
    return this.#pipeline?.alive ?? this.#base !== undefined;
  }

  /** A copy of every open leg as it is now. */
  openLegs(): OpenLeg[] {
    return this.#pipeline?.openLegs() ?? [];
  }

  /** Where /metrics, /livez and /readyz are; absent while they are not served. */
  get metricsUrl(): string | undefined {
    return this.#base?.metricsServer.url;
  }

  /** The active configuration; absent while it is not running. */
  get config(): Config | undefined {
    return this.#base?.active.config;
  }

  /** Applies config.yaml as it is now, all of it or nothing. @returns whether it is active; problems are logged */
  reload(): boolean {
    if (this.#pipeline === undefined) return false;
    if (!this.#file.takeIfComplete()) {
      this.#base?.log.warn(
        'the configuration is shorter, or cut in a line: it is taken when nobody has written on for a second',
      );
      return false;
    }
    return this.#applyConfig();
  }

  #applyConfig(): boolean {
    const base = this.#base;
    const pipeline = this.#pipeline;
    if (base === undefined || pipeline === undefined) return false;
    const { supervisor, env } = this.#options;
    supervisor?.reloading();
    try {
      const next = activate(this.#load(), base.active);
      if (outboxPathOf(next.config, env) !== base.outboxPath)
        base.log.warn('the outbox stays where it is until the service is started again');
      base.active = next;
      this.#file.markApplied();
      pipeline.configure(next);
      base.log.level = next.config.log.level;
      base.metricsServer.configure(next.config.metrics);
      this.events.emit('configApplied', next.config);
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.events.emit('configRefused', error);
      return false;
    } finally {
      supervisor?.ready();
    }
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
      return (await this.#pipeline?.stop()) ?? true;
    } finally {
      for (const undo of this.#undo.splice(0).reverse()) await undo();
      this.#pipeline = undefined;
      this.#base = undefined;
      this.#notOpenReason = 'not started';
    }
  }

  #load(): Config {
    const { configFile, env } = this.#options;
    const config = loadConfig(configFile, { env });
    const known = new Set(this.#secrets);
    for (const secret of config.secrets) if (!known.has(secret)) this.#secrets.push(secret);
    return config;
  }

  /** What there is before the outbox is open, so that /readyz says what the service waits for. */
  #createBase(): ServiceBase {
    const active = activate(this.#load());
    const { config } = active;
    const log = this.#options.createLog(config.log.level, this.#secrets);
    log.info(`${config.file}: ${summaryOf(config)}`);
    for (const hint of config.hints) log.warn(formatProblem(config.file, hint));
    const metricsServer = new MetricsServer({
      log,
      events: this.events,
      state: () => this.state,
      alive: () => this.alive,
    });
    const base: ServiceBase = { active, log, metricsServer, outboxPath: outboxPathOf(config, this.#options.env) };
    this.#undo.push(() => base.active.sender.close());
    this.#undo.push(logEvents(this.events, log));
    this.#undo.push(() => metricsServer.close());
    metricsServer.configure(config.metrics);
    this.#base = base;
    return base;
  }
}
