import { outboxPathOf } from '../config/ami-settings.ts';
import type { Config } from '../config/config.ts';
import { ConfigWatcher } from '../config/config-watcher.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { summaryOf } from '../config/summary.ts';
import { acquireOutbox } from '../delivery/outbox/acquire.ts';
import type { Logger } from '../log.ts';
import type { ServiceState } from '../metrics/metrics.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { activate } from './active-config.ts';
import { createTicker, heardUntilOf, type Pipeline, type ServiceBase, type Step, startPipeline } from './pipeline.ts';
import { keepTelling, type Supervisor } from './supervision.ts';

/** Nothing of ours takes so long: something hangs. */
const STALLED_MS = 10_000;
/** Running attempts may end within this time when the service stops; systemd kills after 30 s. */
const DRAIN_MS = 25_000;

export interface ServiceOptions {
  /** config.yaml, as the user named it. */
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** Makes the log once the configuration is known. The list of secrets grows when it is reloaded. */
  createLog(level: string, secrets: readonly string[]): Logger;
  /** Who watches over the process; absent: nobody does. */
  supervisor?: Supervisor;
  /** Steps at which the fault tests kill the process. */
  step?: Step;
}

/** Wires the stages together. What was started is stopped in reverse, after half a start too. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo: (() => void | Promise<void>)[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<boolean> | undefined;
  #abort = new AbortController();
  #base: ServiceBase | undefined;
  #running: Pipeline | undefined;
  /** Why the outbox is not open yet. */
  #notOpenReason = 'not started';
  readonly #file: ConfigWatcher;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#file = new ConfigWatcher(options.configFile, () => {
      if (this.#running !== undefined) this.#applyConfig(this.#running);
    });
  }

  /**
   * Resolves when it runs, or was stopped before. A disk that is full is waited for.
   * @throws ConfigError, OutboxError; then nothing is left running
   */
  async start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Whether AMI is connected, the outbox writes, and what is on its way. */
  get state(): ServiceState {
    const running = this.#running;
    return {
      amiConnected: running?.link.connected ?? false,
      outbox: running?.outbox.health ?? {
        ok: false,
        reason: `cannot be written (${this.#notOpenReason})`,
        waiting: 0,
        lost: 0,
      },
      queue: running?.dispatcher.queue ?? { depth: 0, oldestMs: 0, running: 0 },
      tracker: running?.intake.size ?? { channels: 0, bridges: 0, calls: 0, legs: 0, settling: 0 },
      suspended: running?.suspended.size ?? 0,
    };
  }

  /** Whether time goes on for the calls, Asterisk is read and nothing due is left lying; if not, a restart may help. */
  get alive(): boolean {
    const running = this.#running;
    if (running === undefined) return this.#base !== undefined;
    return (
      running.link.alive &&
      performance.now() - running.lastTickAt < STALLED_MS &&
      running.dispatcher.overdueMs < STALLED_MS
    );
  }

  /** Where /metrics, /livez and /readyz are; absent while they are not served. */
  get metricsUrl(): string | undefined {
    return this.#base?.metricsServer.url;
  }

  get config(): Config | undefined {
    return this.#base?.inForce.config;
  }

  /** Puts config.yaml in force again, all or nothing. @returns whether it is; problems are logged */
  reload(): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    const { base } = running;
    const { log } = base;
    if (!this.#file.takeIfComplete()) {
      log.warn('the configuration is shorter, or cut in a line: it is taken when nobody has written on for a second');
      return false;
    }
    return this.#applyConfig(running);
  }

  #applyConfig(running: Pipeline): boolean {
    const { base } = running;
    const { log } = base;
    const { supervisor } = this.#options;
    supervisor?.reloading();
    try {
      const next = activate(this.#load(), base.inForce);
      if (outboxPathOf(next.config, this.#options.env) !== running.outboxPath)
        log.warn('the outbox stays where it is until the service is started again');
      base.inForce = next;
      this.#file.markApplied();
      running.intake.configure(next);
      running.link.use(next.ami);
      log.level = next.config.log.level;
      base.metricsServer.configure(next.config.metrics);
      log.info(`configuration reloaded: ${summaryOf(next.config)}`);
      for (const hint of next.config.hints) log.warn(formatProblem(next.config.file, hint));
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split('\n')) log.error(line);
      log.error('the configuration has problems; the old one stays in force');
      return false;
    } finally {
      supervisor?.ready();
    }
  }

  /** May be called at any time, and again. @returns whether everything that ran came to its end in time */
  async stop(): Promise<boolean> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(): Promise<void> {
    this.#abort = new AbortController();
    try {
      const base = this.#createBase();
      const outboxPath = outboxPathOf(base.inForce.config, this.#options.env);
      const opened = await acquireOutbox(outboxPath, base.log, this.#abort.signal, (error) => {
        this.#notOpenReason = error.message;
        this.#options.supervisor?.status(error.message);
      });
      if (opened === undefined) return;
      this.#undo.push(opened.close);
      const { supervisor, step } = this.#options;
      const undo = (what: () => void | Promise<void>) => void this.#undo.push(what);
      this.#running = await startPipeline(base, opened.outbox, outboxPath, { step, undo });
      this.#file.start();
      undo(() => this.#file.stop());
      supervisor?.ready();
      if (supervisor !== undefined) keepTelling(supervisor, this, createTicker(base.log, undo));
    } catch (error) {
      await this.#undoAll();
      throw error;
    }
  }

  async #stop(): Promise<boolean> {
    this.#abort.abort();
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    const log = this.#base?.log;
    let ended = true;
    if (this.#base !== undefined) this.#options.supervisor?.stopping();
    if (running !== undefined) {
      log?.info('stopping: no more events are taken; attempts that run may end');
      await running.link.stop();
      running.intake.commit();
      running.outbox.write({ facts: heardUntilOf(running.link) });
      await running.outbox.flush();
      ended = await running.dispatcher.drain(DRAIN_MS);
      log?.info({ pending: running.dispatcher.queue.depth }, 'stopped; what is pending is sent after the next start');
    }
    await this.#undoAll();
    this.#stopping = undefined;
    return ended;
  }

  async #undoAll(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo();
    this.#running = undefined;
    this.#base = undefined;
    this.#starting = undefined;
    this.#notOpenReason = 'not started';
  }

  #load(): Config {
    const { configFile, env } = this.#options;
    const config = loadConfig(configFile, { env });
    this.#secrets.push(...config.secrets.filter((secret) => !this.#secrets.includes(secret)));
    return config;
  }

  /** What there is before the outbox is open: whoever asks is told what the service waits for. */
  #createBase(): ServiceBase {
    const inForce = activate(this.#load());
    const { config } = inForce;
    const log = this.#options.createLog(config.log.level, this.#secrets);
    log.info(`${config.file}: ${summaryOf(config)}`);
    for (const hint of config.hints) log.warn(formatProblem(config.file, hint));
    const metricsServer = new MetricsServer({ log, state: () => this.state, alive: () => this.alive });
    const base: ServiceBase = { inForce, log, metricsServer };
    this.#undo.push(() => base.inForce.sender.close());
    this.#undo.push(() => metricsServer.close());
    metricsServer.configure(config.metrics);
    this.#base = base;
    return base;
  }
}
