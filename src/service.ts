import { AmiSession } from './ami/session.ts';
import type { CallEvent } from './calls/call-event.ts';
import type { StoredCall } from './calls/stored.ts';
import { Tracker } from './calls/tracker.ts';
import { amiSettingsOf, outboxPathOf } from './config/ami-settings.ts';
import type { Config, Rule } from './config/config.ts';
import { Extensions } from './config/extensions.ts';
import { loadConfig } from './config/load.ts';
import { ConfigError } from './config/problem.ts';
import { variablesOf } from './config/rights.ts';
import { summaryOf } from './config/summary.ts';
import { watchText } from './config/watch.ts';
import { AddressGuard } from './delivery/address-guard.ts';
import { systemClock } from './delivery/clock.ts';
import { type Delivery, deliveryOf } from './delivery/delivery.ts';
import { type AttemptReport, Dispatcher } from './delivery/dispatcher.ts';
import { maskUrl } from './delivery/mask.ts';
import { openOutbox } from './delivery/open-outbox.ts';
import { Outbox } from './delivery/outbox.ts';
import { lockOutbox } from './delivery/outbox-lock.ts';
import { PolicyBook } from './delivery/policy.ts';
import { Sender } from './delivery/sender.ts';
import type { Logger } from './log.ts';
import { statusOf } from './metrics/health.ts';
import type { ServiceState } from './metrics/metrics.ts';
import { MetricsServer } from './metrics/metrics-server.ts';
import { matchRules } from './rules/matcher.ts';
import type { RuleDefaults } from './rules/parameters.ts';
import { requestOf } from './rules/request.ts';
import { ruleDefaultsOf } from './rules/rule-defaults.ts';
import { Strangers } from './strangers.ts';

/** How often time is told to `calls`; a fifth of what a caller waits to be settled. */
const TICK_MS = 100;
/** How often the service looks whether a command beside it has changed the outbox. */
const LOOK_AT_OUTBOX_MS = 1000;
const PRUNE_MS = 10_000;
const STATUS_MS = 5000;
/** Nothing of ours takes so long: something hangs. */
const STALLED_MS = 10_000;
const PRUNED_AT_ONCE = 1000;
/** Running attempts may end within this time when the service stops; systemd kills after 30 s. */
const DRAIN_MS = 25_000;

/** A rule may have a timeout of its own; none is longer than this in earnest. */
const LONGEST_ATTEMPT_MS = 60_000;

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

/** Whoever started the service and watches over it, as systemd does. */
export interface Supervisor {
  /** How often it wants to hear {@link watchdog}, in milliseconds; absent: never. */
  readonly watchdogMs: number | undefined;
  ready(): void;
  reloading(): void;
  stopping(): void;
  status(text: string): void;
  watchdog(): void;
}

/** Wires the stages together. What was started is stopped in reverse, after half a start too. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #secrets: string[] = [];
  readonly #undo: (() => void | Promise<void>)[] = [];
  #running: Running | undefined;
  #stopping: Promise<boolean> | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** @throws ConfigError, OutboxError; then nothing is left running */
  start(): void {
    if (this.#running !== undefined) return;
    try {
      this.#running = this.#wire();
    } catch (error) {
      for (const undo of this.#undo.splice(0).reverse()) void undo();
      throw error;
    }
  }

  /** Whether AMI is connected, the outbox writes, and what is on its way. */
  get state(): ServiceState {
    const running = this.#running;
    return {
      amiConnected: running?.session.connected ?? false,
      outbox: running?.outbox.health ?? { ok: false, reason: 'not started', waiting: 0, lost: 0 },
      queue: running?.dispatcher.queue ?? { depth: 0, oldestMs: 0, running: 0 },
      tracker: running?.tracker.size ?? { channels: 0, bridges: 0, calls: 0, legs: 0, settling: 0 },
      suspended: running?.suspended.size ?? 0,
    };
  }

  /** Whether time goes on for the calls, the session does its work and nothing due is left lying: worth no restart. */
  get alive(): boolean {
    const running = this.#running;
    return (
      running?.session.running === true &&
      performance.now() - running.lastTickAt < STALLED_MS &&
      running.dispatcher.overdueMs < STALLED_MS
    );
  }

  /** Where /metrics, /livez and /readyz are; absent while they are not served. */
  get metricsUrl(): string | undefined {
    return this.#running?.metricsServer.url;
  }

  get config(): Config | undefined {
    return this.#running?.config;
  }

  /** Puts config.yaml in force again, all or nothing. @returns whether it is; problems are logged */
  reload(): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    const { log } = running;
    const { supervisor } = this.#options;
    supervisor?.reloading();
    try {
      const config = this.#load();
      if (outboxPathOf(config, this.#options.env) !== running.outboxPath)
        log.warn('the outbox stays where it is until the service is started again');
      this.#apply(running, config);
      log.info(`configuration reloaded: ${summaryOf(config)}`);
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

  /** @returns whether everything that ran came to its end in time */
  async stop(): Promise<boolean> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<boolean> {
    const running = this.#running;
    if (running === undefined) return true;
    this.#options.supervisor?.stopping();
    running.log.info('stopping: no more events are taken; attempts that run may end');
    await running.session.stop();
    this.#commit(running);
    running.outbox.flush();
    const ended = await running.dispatcher.drain(DRAIN_MS);
    running.log.info(
      { pending: running.dispatcher.queue.depth },
      'stopped; what is pending is sent after the next start',
    );
    for (const undo of this.#undo.splice(0).reverse()) await undo();
    this.#running = undefined;
    this.#stopping = undefined;
    return ended;
  }

  #load(): Config {
    const { configFile, env } = this.#options;
    const config = loadConfig(configFile, { env });
    amiSettingsOf(config);
    this.#secrets.push(...config.secrets.filter((secret) => !this.#secrets.includes(secret)));
    return config;
  }

  #wire(): Running {
    const { env, createLog, step } = this.#options;
    const config = this.#load();
    const log = createLog(config.log.level, this.#secrets);
    log.info(`${config.file}: ${summaryOf(config)}`);

    const outboxPath = outboxPathOf(config, env);
    const database = openOutbox(outboxPath, (keptAs, error) =>
      log.error(
        { err: error, keptAs },
        `the outbox ${outboxPath} was corrupt; it is kept aside, and a new one is begun`,
      ),
    );
    this.#undo.push(lockOutbox(outboxPath));
    const outbox = new Outbox(database, {
      trouble: ({ error, waiting, lost }) =>
        log.error(
          { err: error, waiting, lost },
          `the outbox cannot be written (disk full?): ${waiting} changes wait, ${lost} were given up`,
        ),
      recovered: (written) => log.warn({ written }, 'the outbox is written again'),
    });
    this.#undo.push(() => outbox.close());

    const policies = new PolicyBook(config);
    const dispatcher = new Dispatcher({
      outbox,
      send: (request) => running.sender.send(request),
      policyFor: (eventId, event) => running.policies.policyFor(eventId, event),
      limits: () => running.config.delivery,
      clock: systemClock,
      onAttempt: (report) => this.#attempted(running, report),
      onSuspended: (eventId, reason) => {
        running.suspended.add(eventId);
        log.error(
          { eventId, reason },
          `rule ${eventId} is suspended: its receiver wants no more. Resume it with: call-events deliveries resume ${eventId}`,
        );
      },
      ...(step && { step }),
    });

    const extensions = new Extensions(config);
    const strangers = new Strangers((endpoints) =>
      log.warn(
        { endpoints },
        `no extension has these channels: ${endpoints.join(', ')}. A trunk is right here; a phone belongs under the \`channels\` of its extension`,
      ),
    );
    this.#undo.push(() => strangers.stop());
    const tracker = new Tracker({
      directory: extensions,
      variables: variablesOf(config),
      onCallEvent: (event) => this.#send(running, event),
      onUnsent: (unsent) => {
        if (unsent.reason === 'no extension') strangers.met(unsent.channel);
      },
    });

    const running: Running = {
      config,
      log,
      outbox,
      outboxPath,
      dispatcher,
      tracker,
      extensions,
      policies,
      defaults: ruleDefaultsOf(config),
      sender: senderOf(config),
      session: this.#session(config, log, () => running, outbox.fact('startup')),
      suspended: outbox.suspended(),
      deliveries: [],
      clockOffset: 0,
      lastTickAt: performance.now(),
      metricsServer: new MetricsServer({ log, state: () => this.state, alive: () => this.alive }),
    };
    this.#undo.push(() => running.sender.close());
    this.#undo.push(() => running.metricsServer.close());

    const calls = outbox.calls();
    tracker.restore(calls as StoredCall[]);
    const pending = outbox.pending();
    if (calls.length > 0 || pending.length > 0)
      log.info({ openCalls: calls.length, pending: pending.length }, 'taken up from the last run');
    running.session.start();
    dispatcher.takeUp(pending);
    this.#keepTime(running);
    this.#undo.push(watchText(config.file, () => this.reload()));
    running.metricsServer.configure(config.metrics);
    this.#options.supervisor?.ready();
    return running;
  }

  #session(config: Config, log: Logger, running: () => Running, startup: string | undefined): AmiSession {
    return new AmiSession({
      settings: amiSettingsOf(config),
      startup,
      log,
      onEvent: (event) => {
        const one = running();
        if (event.at !== undefined) one.clockOffset = event.at - Date.now();
        one.metricsServer.metrics?.amiEvent(event);
        one.tracker.apply(event);
      },
      onBatchEnd: () => this.#commit(running()),
      onConnected: (gap) => {
        const { session, outbox, metricsServer } = running();
        if (gap !== undefined) metricsServer.metrics?.gap(gap.length);
        if (session.startup !== undefined) outbox.write({ facts: { startup: session.startup } });
      },
    });
  }

  #apply(running: Running, config: Config): void {
    const { config: old } = running;
    running.config = config;
    running.extensions = new Extensions(config);
    running.defaults = ruleDefaultsOf(config);
    running.policies = new PolicyBook(config);
    running.tracker.configure(running.extensions, variablesOf(config));
    running.log.level = config.log.level;
    running.metricsServer.configure(config.metrics);
    if (JSON.stringify(senderSettings(old)) !== JSON.stringify(senderSettings(config))) {
      const { sender } = running;
      running.sender = senderOf(config);
      // What it is sending may come to its end.
      setTimeout(() => sender.close(), LONGEST_ATTEMPT_MS).unref();
    }
    if (JSON.stringify(amiSettingsOf(old)) === JSON.stringify(amiSettingsOf(config))) return;
    running.log.info('the connection to Asterisk has other settings: connecting again');
    const session = running.session;
    running.session = this.#session(config, running.log, () => running, session.startup);
    void session.stop().then(() => running.session.start());
  }

  /** A call event becomes the deliveries of its rules; they are written with the rest of this read. */
  #send(running: Running, event: CallEvent): void {
    running.metricsServer.metrics?.callEvent(event);
    const { defaults, suspended } = running;
    const matched = matchRules(event, running.extensions.rulesOf(event.leg.extension), suspended);
    const delivery = (rule: Rule) => deliveryOf(requestOf(event, rule, defaults), defaults.asterisk, Date.now());
    running.deliveries.push(
      ...matched.rules.map(delivery),
      ...matched.suspended.map((rule) => ({ ...delivery(rule), dead: 'its rule is suspended' })),
    );
  }

  /** Writes open legs and deliveries in one transaction; only then is anything sent. */
  #commit(running: Running): void {
    const calls = running.tracker.takeChanged();
    const deliveries = running.deliveries;
    if (calls.length === 0 && deliveries.length === 0) return;
    running.deliveries = [];
    running.outbox.write({
      calls,
      deliveries,
      written: () => {
        this.#options.step?.('after write');
        for (const delivery of deliveries)
          if (delivery.dead === undefined)
            running.dispatcher.add({ ...delivery, attempts: 0, refusals: 0, nextAt: undefined });
      },
    });
  }

  #attempted(running: Running, report: AttemptReport): void {
    running.metricsServer.metrics?.attempt(report);
    const { delivery, attempt, status, durationMs, outcome, reason, nextAttemptAt } = report;
    const fields = {
      delivery: delivery.id,
      callId: delivery.callId,
      extension: delivery.extension,
      event: delivery.event,
      eventId: delivery.eventId,
      attempt,
      ...(status !== undefined && { status }),
      durationMs,
      outcome,
      ...(reason !== undefined && { reason }),
      ...(nextAttemptAt !== undefined && { nextAttemptAt: new Date(nextAttemptAt).toISOString() }),
      url: maskUrl(delivery.url),
    };
    const text = `${delivery.event} of ${delivery.extension}: ${outcome}`;
    if (outcome === 'delivered') running.log.info(fields, text);
    else if (outcome === 'retry') running.log.warn(fields, text);
    else running.log.error(fields, `${text}; see: call-events deliveries show ${delivery.id}`);
    this.#options.step?.('before record');
  }

  #keepTime(running: Running): void {
    const every = (ms: number, what: () => void) => {
      const timer = setInterval(what, ms);
      this.#undo.push(() => clearInterval(timer));
    };
    every(TICK_MS, () => {
      running.lastTickAt = performance.now();
      running.tracker.apply({ event: 'Tick', at: Date.now() + running.clockOffset });
      this.#commit(running);
    });
    let version = running.outbox.version();
    every(LOOK_AT_OUTBOX_MS, () => {
      const now = running.outbox.version();
      if (now === version) return;
      version = now;
      running.suspended = running.outbox.suspended();
      running.dispatcher.takeUp(running.outbox.pending());
    });
    this.#keepSupervisor(every);
    every(PRUNE_MS, () => {
      const { keep, count } = running.config.delivery.history;
      running.outbox.prune(Date.now() - keep, count, PRUNED_AT_ONCE);
    });
  }

  #keepSupervisor(every: (ms: number, what: () => void) => void): void {
    const { supervisor } = this.#options;
    if (supervisor === undefined) return;
    const tell = () => supervisor.status(statusOf(this.state));
    tell();
    every(STATUS_MS, tell);
    if (supervisor.watchdogMs === undefined) return;
    every(supervisor.watchdogMs / 3, () => {
      if (this.alive) supervisor.watchdog();
    });
  }
}

interface Running {
  config: Config;
  log: Logger;
  outbox: Outbox;
  outboxPath: string;
  dispatcher: Dispatcher;
  tracker: Tracker;
  session: AmiSession;
  extensions: Extensions;
  policies: PolicyBook;
  defaults: RuleDefaults;
  sender: Sender;
  /** Event IDs of rules whose receiver wants no more. */
  suspended: Set<string>;
  /** Deliveries of this read, not yet given to the outbox. */
  deliveries: Delivery[];
  /** How far Asterisk's clock is ahead of ours, in milliseconds. */
  clockOffset: number;
  /** When time was last told to `calls`, by the monotonic clock. */
  lastTickAt: number;
  metricsServer: MetricsServer;
}

const senderSettings = ({ delivery: { allow, deny, connectTimeout } }: Config) => ({ allow, deny, connectTimeout });

function senderOf(config: Config): Sender {
  const settings = senderSettings(config);
  return new Sender(new AddressGuard(settings), settings.connectTimeout);
}
