import type { StoredCall } from './calls/stored.ts';
import { outboxPathOf } from './config/ami-settings.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { ConfigError, formatProblem } from './config/problem.ts';
import { summaryOf } from './config/summary.ts';
import { WatchedText } from './config/watch.ts';
import { systemClock } from './delivery/clock.ts';
import { Dispatcher } from './delivery/dispatcher.ts';
import { type Outbox, pendingOf } from './delivery/outbox.ts';
import type { AttemptReport } from './delivery/recorder.ts';
import type { Logger } from './log.ts';
import type { ServiceState } from './metrics/metrics.ts';
import { MetricsServer } from './metrics/metrics-server.ts';
import { AmiLink } from './service/ami-link.ts';
import { logAttempt } from './service/attempt-log.ts';
import { type InForce, inForceOf } from './service/in-force.ts';
import { Intake } from './service/intake.ts';
import { openWhenPossible } from './service/outbox-opening.ts';
import { keepTelling, type Supervisor } from './service/supervision.ts';
import { Strangers } from './strangers.ts';

/** How often time is told to `calls`; a fifth of what a caller waits to be settled. */
const TICK_MS = 100;
/** How often the service looks whether a command beside it has changed the outbox. */
const LOOK_AT_OUTBOX_MS = 1000;
/** More than come in, and so few at once that nothing waits for long: a hundred take a millisecond. */
const PRUNE_MS = 200;
const PRUNED_AT_ONCE = 100;
const KEEP_HEARD_MS = 10_000;
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
  step?: (name: 'after write' | 'before send' | 'after answer' | 'before record') => void;
}

/** Wires the stages together. What was started is stopped in reverse, after half a start too. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo: (() => void | Promise<void>)[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<boolean> | undefined;
  #abort = new AbortController();
  #base: Base | undefined;
  #running: Running | undefined;
  /** Why the outbox is not open yet. */
  #closed = 'not started';
  readonly #file: WatchedText;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#file = new WatchedText(options.configFile, () => {
      if (this.#running !== undefined) this.#take(this.#running);
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
        reason: `cannot be written (${this.#closed})`,
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
    if (!this.#file.mayBeTaken()) {
      log.warn('the configuration is shorter, or cut in a line: it is taken when nobody has written on for a second');
      return false;
    }
    return this.#take(running);
  }

  #take(running: Running): boolean {
    const { base } = running;
    const { log } = base;
    const { supervisor } = this.#options;
    supervisor?.reloading();
    try {
      const next = inForceOf(this.#load(), base.inForce);
      if (outboxPathOf(next.config, this.#options.env) !== running.outboxPath)
        log.warn('the outbox stays where it is until the service is started again');
      base.inForce = next;
      this.#file.inForce();
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
      const base = this.#begin();
      const outboxPath = outboxPathOf(base.inForce.config, this.#options.env);
      const opened = await openWhenPossible(outboxPath, base.log, this.#abort.signal, (error) => {
        this.#closed = error.message;
        this.#options.supervisor?.status(error.message);
      });
      if (opened === undefined) return;
      this.#undo.push(opened.close);
      this.#running = this.#wire(base, opened.outbox, outboxPath);
      const { supervisor } = this.#options;
      supervisor?.ready();
      if (supervisor !== undefined) keepTelling(supervisor, this, this.#every(base.log));
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
      running.outbox.flush();
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
    this.#closed = 'not started';
  }

  #load(): Config {
    const { configFile, env } = this.#options;
    const config = loadConfig(configFile, { env });
    this.#secrets.push(...config.secrets.filter((secret) => !this.#secrets.includes(secret)));
    return config;
  }

  /** What there is before the outbox is open: whoever asks is told what the service waits for. */
  #begin(): Base {
    const inForce = inForceOf(this.#load());
    const { config } = inForce;
    const log = this.#options.createLog(config.log.level, this.#secrets);
    log.info(`${config.file}: ${summaryOf(config)}`);
    for (const hint of config.hints) log.warn(formatProblem(config.file, hint));
    const metricsServer = new MetricsServer({ log, state: () => this.state, alive: () => this.alive });
    const base: Base = { inForce, log, metricsServer };
    this.#undo.push(() => base.inForce.sender.close());
    this.#undo.push(() => metricsServer.close());
    metricsServer.configure(config.metrics);
    this.#base = base;
    return base;
  }

  #wire(base: Base, outbox: Outbox, outboxPath: string): Running {
    const { log, metricsServer } = base;
    const { step } = this.#options;
    const dispatcher = this.#dispatcher(base, outbox, () => running);
    const strangers = new Strangers((endpoints) =>
      log.warn(
        { endpoints },
        `no extension has these channels: ${endpoints.join(', ')}. A trunk is right here; a phone belongs under the \`channels\` of its extension`,
      ),
    );
    this.#undo.push(() => strangers.stop());
    const intake = new Intake({
      outbox,
      log,
      inForce: () => base.inForce,
      suspended: () => running.suspended,
      onCallEvent: (event) => metricsServer.metrics?.callEvent(event),
      facts: () => heardUntilOf(link),
      onUnsent: (unsent) => {
        if (unsent.reason === 'no extension') strangers.met(unsent.channel);
      },
      onDead: ({ event }) => metricsServer.metrics?.settled(event, 'dead'),
      onWritten: (deliveries, madeAt) => {
        step?.('after write');
        for (const delivery of deliveries) dispatcher.add(pendingOf(delivery), madeAt);
      },
    });
    const heardUntil = outbox.fact('heardUntil');
    const link = new AmiLink({
      log,
      startup: outbox.fact('startup'),
      heardUntil: heardUntil === undefined ? undefined : Number(heardUntil),
      wantsVariable: (name) => intake.wantsVariable(name),
      onEvent: (event) => {
        metricsServer.metrics?.amiEvent(event);
        intake.apply(event);
      },
      onBatchEnd: () => intake.commit(),
      onConnected: ({ gap, startup }) => {
        if (gap !== undefined) metricsServer.metrics?.gap(gap.length);
        outbox.write({ facts: { ...(startup !== undefined && { startup }), ...heardUntilOf(link) } });
        setImmediate(() => void base.inForce.sender.prepare());
      },
    });
    const suspended = outbox.suspended();
    const running: Running = {
      base,
      outbox,
      outboxPath,
      dispatcher,
      intake,
      link,
      suspended,
      lastTickAt: performance.now(),
    };
    const calls = outbox.calls();
    intake.restore(calls as StoredCall[]);
    const pending = outbox.pending();
    if (calls.length > 0 || pending.length > 0)
      log.info({ openCalls: calls.length, pending: pending.length }, 'taken up from the last run');
    link.use(base.inForce.ami);
    dispatcher.takeUp(pending);
    this.#keepTime(running);
    this.#file.start();
    this.#undo.push(() => this.#file.stop());
    return running;
  }

  #dispatcher(base: Base, outbox: Outbox, running: () => Running): Dispatcher {
    const { log, metricsServer } = base;
    const { step } = this.#options;
    return new Dispatcher({
      outbox,
      send: (request) => base.inForce.sender.send(request),
      policyFor: (eventId, event) => base.inForce.policies.policyFor(eventId, event),
      limits: () => base.inForce.config.delivery,
      clock: systemClock,
      onAttempt: (report: AttemptReport) => {
        metricsServer.metrics?.attempt(report);
        logAttempt(log, report);
        step?.('before record');
      },
      isSuspended: (eventId) => running().suspended.has(eventId),
      onSuspended: (eventId, reason) => {
        running().suspended.add(eventId);
        log.error(
          { eventId, reason },
          `rule ${eventId} is suspended: its receiver wants no more. Resume it with: call-events deliveries resume ${eventId}`,
        );
      },
      onUnreadable: (err) => log.error({ err }, 'the outbox cannot be read; what is due is tried again'),
      ...(step && { step }),
    });
  }

  #keepTime(running: Running): void {
    const { base, outbox, dispatcher, intake, link } = running;
    const every = this.#every(base.log);
    every(TICK_MS, () => {
      intake.tick();
      running.lastTickAt = performance.now();
    });
    let version = outbox.version();
    every(LOOK_AT_OUTBOX_MS, () => {
      if (!outbox.health.ok) return;
      const now = outbox.version();
      if (now === version) return;
      // What is not on disk would be taken for something that the other has changed.
      outbox.flush();
      if (!outbox.health.ok) return;
      version = now;
      running.suspended = outbox.suspended();
      dispatcher.takeUp(outbox.pending());
    });
    every(KEEP_HEARD_MS, () => outbox.write({ facts: heardUntilOf(link) }));
    every(PRUNE_MS, () => {
      const { keep, count } = base.inForce.config.delivery.history;
      outbox.prune(Date.now() - keep, count, PRUNED_AT_ONCE);
    });
  }

  /** For what is done again and again until the service stops; a fault of one time is told, and is not its last. */
  #every(log: Logger): (ms: number, what: () => void) => void {
    return (ms, what) => {
      const timer = setInterval(() => {
        try {
          what();
        } catch (err) {
          log.error({ err }, 'a fault of our own; tried again');
        }
      }, ms);
      this.#undo.push(() => clearInterval(timer));
    };
  }
}

/** What the next start has to know, to tell for how long nothing was heard. */
function heardUntilOf({ heardUntil }: AmiLink): Record<string, string> {
  return heardUntil === undefined ? {} : { heardUntil: String(heardUntil) };
}

/** What there is from the beginning. */
interface Base {
  inForce: InForce;
  log: Logger;
  metricsServer: MetricsServer;
}

/** What there is once the outbox is open. */
interface Running {
  base: Base;
  outbox: Outbox;
  outboxPath: string;
  dispatcher: Dispatcher;
  intake: Intake;
  link: AmiLink;
  /** Event IDs of rules whose receiver wants no more. */
  suspended: Set<string>;
  /** When time was last told to `calls`, by the monotonic clock. */
  lastTickAt: number;
}
