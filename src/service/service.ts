import { outboxPathOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { formatProblem } from '../config/config-problem.ts';
import { summaryOf } from '../config/summary.ts';
import { openAndLockOutbox } from '../delivery/outbox/open-and-lock.ts';
import type { Logger } from '../log.ts';
import { statusOf } from '../metrics/health.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { buildActiveConfig } from './active-config.ts';
import { ConfigReloader, type ConfigurableParts, type ReloadOptions } from './apply-config.ts';
import { createPageService } from './create-page-service.ts';
import { logEvents, logStartWithLastGood } from './event-log.ts';
import type { FailPoint } from './fail-point.ts';
import { LazyPageService } from './lazy-page-service.ts';
import { Lifecycle } from './lifecycle.ts';
import { Pipeline } from './pipeline.ts';
import { ServiceEvents } from './service-events.ts';
import type { OpenLeg, ServiceState } from './service-state.ts';
import { createTicker } from './ticker.ts';
import { UndoStack } from './undo-stack.ts';
import { reportTo, type Supervisor } from './watchdog.ts';

export interface ServiceOptions {
  /** config.yaml, as the user named it. */
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** Creates the log once the configuration is known. The list of secrets grows with each reload. */
  createLog(level: string, secrets: readonly string[], format: Config['log']['format']): Logger;
  /** The supervisor of the process, such as systemd; absent: there is none. */
  supervisor?: Supervisor;
  /** Whether a start with a config.yaml that has problems fails, also where the last one that was applied is kept. */
  strict?: boolean;
  failPoint?: FailPoint;
  /** Whether it is the demo, whose page asks for no password. */
  isDemo?: boolean;
}

/**
 * The whole service: its start, stop and configuration. Parts are stopped in reverse order, even after half a start.
 */
export class Service {
  /** Subscriptions outlive a stop. */
  readonly events: ServiceEvents;
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo = new UndoStack();
  readonly #lifecycle: Lifecycle;
  readonly #config: ConfigReloader;
  /** The parts that exist from the beginning of a start, before the outbox is open. */
  #parts: ConfigurableParts | undefined;
  #hasLost = false;
  /** Why the outbox is not open yet. */
  #notOpenReason = 'not started';

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.events = new ServiceEvents((err, event) =>
      this.#parts?.log.error({ err, event }, 'a subscriber of service events has failed; the others go on'),
    );
    this.#lifecycle = new Lifecycle(
      (signal) => this.#start(signal),
      () => this.#stop(),
    );
    const { configFile: file, env, strict = false, isDemo = false, supervisor } = options;
    const parts = () => this.#parts;
    const secrets = this.#secrets;
    this.#config = new ConfigReloader({
      ...{ file, env, strict, isDemo, parts, secrets, supervisor },
      events: this.events,
    });
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
    const { refused } = this.#config;
    return { ...(this.#parts?.pipeline?.state ?? this.#stateBeforeOpen()), ...(refused !== undefined && { refused }) };
  }

  /** The state in one line. */
  status(): string {
    return statusOf(this.state);
  }

  /** Whether its parts work; if not, a restart may help. */
  get alive(): boolean {
    return this.#parts?.pipeline?.alive ?? this.#parts !== undefined;
  }

  /** Whether the last stop has lost something that could not be written: the disk was full to the end. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** A copy of every open leg. */
  openLegs(): OpenLeg[] {
    return this.#parts?.pipeline?.openLegs() ?? [];
  }

  /** The address of /metrics, /livez and /readyz; absent while they are not served. */
  get metricsUrl(): string | undefined {
    return this.#parts?.metricsServer.url;
  }

  /** The address of the page; absent while it is not served. */
  get webUrl(): string | undefined {
    return this.#parts?.web.url;
  }

  /** The active configuration; absent while it is not running. */
  get config(): Config | undefined {
    return this.#parts?.active.config;
  }

  /**
   * Applies the present config.yaml, all of it or nothing; it is read while the calls go on. Resolves when it is
   * active.
   * @returns whether it is active; problems are logged
   */
  async reload(about: ReloadOptions = {}): Promise<boolean> {
    return this.#config.reload(about);
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
      const parts = this.#createParts();
      const { log, outboxPath } = parts;
      const { supervisor, failPoint } = this.#options;
      const opened = await openAndLockOutbox(outboxPath, log, signal, (error) => {
        this.#notOpenReason = error.message;
        supervisor?.status(error.message);
      });
      if (opened === undefined) return;
      this.#undo.push(opened.close);
      const repeat = createTicker(log, (end) => this.#undo.push(end));
      const { outbox } = opened;
      const pipeline = new Pipeline({ outbox, active: parts.active, events: this.events, log, failPoint });
      const restored = await pipeline.restore();
      if (signal.aborted) return;
      parts.pipeline = pipeline;
      pipeline.start(restored, repeat);
      this.#config.watch(parts);
      this.#undo.push(() => this.#config.stopWatching());
      supervisor?.ready();
      if (supervisor === undefined) return;
      const report = reportTo(supervisor, this, repeat);
      this.#undo.push(
        this.events.on('feedState', ({ state }) => {
          if (state !== 'stopped') report();
        }),
      );
    } catch (error) {
      // What this throws is in the log; the caller has to know why it does not start.
      await this.#undoAll().catch(() => undefined);
      throw error;
    }
  }

  async #stop(): Promise<boolean> {
    if (this.#parts !== undefined) this.#options.supervisor?.stopping();
    return this.#undoAll();
  }

  /** @returns whether everything that ran came to its end in time */
  async #undoAll(): Promise<boolean> {
    let ended = true;
    // The last on the stack: it ends before all others.
    this.#undo.push(async () => {
      const stopped = await this.#parts?.pipeline?.stop();
      this.#hasLost = stopped?.unwritten !== undefined;
      ended = stopped?.ended ?? true;
    });
    try {
      await this.#undo.run((err) =>
        this.#parts?.log.error({ err }, 'a part of the service has not stopped as it should; the others stop'),
      );
    } finally {
      this.#parts = undefined;
      this.#notOpenReason = 'not started';
    }
    return ended;
  }

  /** Creates the parts that exist before the outbox is open, so that /readyz says what the service waits for. */
  #createParts(): ConfigurableParts {
    const loaded = this.#config.loadAtStart();
    const { config, refused } = loaded;
    const active = buildActiveConfig(config, loaded.text);
    const log = this.#options.createLog(config.log.level, this.#secrets, config.log.format);
    if (refused !== undefined) logStartWithLastGood(refused, log);
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
    const { queue } = config;
    const about = { configFile, env, outboxPath, queue, log, secrets, isDemo };
    const web = new LazyPageService(createPageService({ service: this, active: () => parts.active, ...about }));
    const parts: ConfigurableParts = { pipeline: undefined, active, loaded, log, metricsServer, web, outboxPath };
    this.#undo.push(() => parts.active.sender.close());
    this.#undo.push(logEvents(this.events, log));
    this.#undo.push(() => metricsServer.close());
    this.#undo.push(() => web.close());
    metricsServer.configure(config.metrics);
    web.configure(config.web);
    this.#parts = parts;
    return parts;
  }
}
