import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-problem.ts';
import { loadConfig } from '../config/load.ts';
import type { Logger } from '../log.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import { ClaimSender } from '../shared-queue/claim-sender.ts';
import { Claims } from '../shared-queue/claims.ts';
import { connectQueue, type QueuePool } from '../shared-queue/connect.ts';
import { listenForDue, RULES_HINT } from '../shared-queue/due-listener.ts';
import { migrateQueue, QueueSchemaError } from '../shared-queue/migrations.ts';
import { RulesFeed } from '../shared-queue/rules-feed.ts';
import { logEvents } from './event-log.ts';
import type { FailPoint } from './fail-point.ts';
import { ServiceEvents } from './service-events.ts';
import type { ServiceState } from './service-state.ts';
import { createTicker } from './ticker.ts';
import { UndoStack } from './undo-stack.ts';
import { reportTo, type Supervisor } from './watchdog.ts';

const RULES_MS = 1000;
const DEPTH_MS = 5000;
const PRUNE_MS = 1000;
const PRUNED_AT_ONCE = 1000;
const RETRY_MS = 2000;
/** Running attempts may end within this time; systemd kills after 30 s. */
const STOP_MS = 25_000;

export interface DeliverWorkerOptions {
  /** Its config.yaml, as the user named it; `queue` is all that it needs. */
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** The list of secrets grows when rules are published. */
  createLog(level: string, secrets: readonly string[], format: Config['log']['format']): Logger;
  supervisor?: Supervisor;
  failPoint?: FailPoint;
}

/**
 * A worker of the shared queue: sends the deliveries that services have put there. The process of `call-events
 * deliver`; any number of them, on any hosts.
 */
export class DeliverWorker {
  readonly #options: DeliverWorkerOptions;
  readonly #config: Config;
  readonly #log: Logger;
  readonly #pool: QueuePool;
  readonly #worker: ClaimSender;
  readonly #feed: RulesFeed;
  readonly #claims: Claims;
  readonly #events: ServiceEvents;
  readonly #secrets: string[];
  readonly #undo = new UndoStack();
  #depth = { pending: 0, oldestMs: 0 };
  /** Why the queue cannot be used now; absent: it works. */
  #trouble: string | undefined = 'not connected yet';
  #stopped = false;

  /** @throws ConfigError */
  constructor(options: DeliverWorkerOptions) {
    const { configFile, env, createLog, failPoint } = options;
    this.#options = options;
    const config = loadConfig(configFile, { require: 'queue', env });
    const { queue } = config;
    if (queue === undefined) throw new ConfigError(configFile, []);
    this.#config = config;
    this.#secrets = [...config.secrets];
    const log = createLog(config.log.level, this.#secrets, config.log.format);
    this.#log = log;
    this.#events = new ServiceEvents((err, event) => log.error({ err, event }, 'a subscriber of events has failed'));
    const name = `call-events deliver ${hostname()} ${process.pid}`;
    this.#pool = connectQueue(queue, name, (err) => log.debug({ err }, 'a connection to the queue was cut'));
    this.#undo.push(() => this.#pool.end());
    this.#claims = new Claims(this.#pool, name);
    this.#feed = new RulesFeed({
      claims: this.#claims,
      env,
      onSecrets: (secrets) => this.#secrets.push(...secrets.filter((one) => !this.#secrets.includes(one))),
      onChange: (source, problem) => {
        if (problem === undefined) log.info(`the rules of ${source} are in use`);
        else log.error(`the rules of ${source} cannot be used here, and are left to other workers: ${problem}`);
      },
    });
    this.#worker = new ClaimSender({
      claims: this.#claims,
      rules: () => this.#feed.usable,
      onAttempt: (_, report) => this.#events.emit('attempt', report),
      onTrouble: (error) => this.#setTrouble(error),
      ...(failPoint && { failPoint }),
    });
  }

  /**
   * Resolves when it works; it waits for the queue for as long as that takes.
   * @throws QueueSchemaError; then nothing is left running
   */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      // It is logged.
      await this.#undoAll().catch(() => undefined);
      throw error;
    }
  }

  async #start(): Promise<void> {
    const log = this.#log;
    this.#undo.push(logEvents(this.#events, log));
    const metrics = new MetricsServer({
      log,
      events: this.#events,
      state: () => this.state,
      health: () => this.#health,
      alive: () => true,
      hasAsterisk: false,
    });
    metrics.configure(this.#config.metrics);
    this.#undo.push(() => metrics.close());
    while (!this.#stopped) {
      try {
        await migrateQueue(this.#pool);
        await this.#feed.refresh();
        break;
      } catch (error) {
        // Missing tables may still be made, by a service or a worker that may.
        if (error instanceof QueueSchemaError && error.isNewer) throw error;
        this.#setTrouble(error instanceof Error ? error : new Error(String(error)));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    if (this.#stopped) return;
    this.#setTrouble(undefined);
    const repeat = createTicker(log, (end) => this.#undo.push(end));
    // While the queue is away, the worker itself says so.
    const quietly = (action: () => Promise<unknown>) => () => action().catch(() => undefined);
    repeat(
      RULES_MS,
      quietly(() => this.#feed.refresh()),
    );
    repeat(
      DEPTH_MS,
      quietly(async () => {
        this.#depth = await this.#claims.depth();
      }),
    );
    repeat(
      PRUNE_MS,
      quietly(async () => {
        const kept = [...this.#feed.usable.values()].map(({ historyMs }) => historyMs);
        if (kept.length > 0) await this.#claims.prune(Math.max(...kept), PRUNED_AT_ONCE);
      }),
    );
    const listener = listenForDue(this.#config.queue ?? '', (what) => {
      if (what === RULES_HINT) void quietly(() => this.#feed.refresh())().finally(() => this.#worker.hint());
      else this.#worker.hint();
    });
    this.#undo.push(listener);
    this.#worker.start();
    const { supervisor } = this.#options;
    supervisor?.ready();
    if (supervisor !== undefined) reportTo(supervisor, { alive: true, status: () => this.#status }, repeat);
    log.info('sends what is in the shared queue');
  }

  /** @returns whether everything that ran came to its end in time */
  async stop(): Promise<boolean> {
    this.#stopped = true;
    this.#options.supervisor?.stopping();
    try {
      return await this.#worker.stop(STOP_MS);
    } finally {
      await this.#undoAll();
      this.#log.info('stopped');
    }
  }

  async #undoAll(): Promise<void> {
    await this.#undo.run((err) =>
      this.#log.error({ err }, 'a part of the worker has not stopped as it should; the others stop'),
    );
  }

  get state(): ServiceState {
    return {
      servers: [],
      outbox: { ok: this.#trouble === undefined, reason: this.#trouble, waiting: 0, lost: 0 },
      queue: { depth: this.#depth.pending, oldestMs: this.#depth.oldestMs, running: this.#worker.running },
      tracker: { channels: 0, legs: 0 },
      suspended: 0,
    };
  }

  get #health(): { problems: string[]; warnings: string[] } {
    return {
      problems: this.#trouble === undefined ? [] : [`the shared queue cannot be used: ${this.#trouble}`],
      warnings: [...this.#feed.problems].map(
        ([source, problem]) => `the rules of ${source} cannot be used here: ${problem}`,
      ),
    };
  }

  get #status(): string {
    const { problems, warnings } = this.#health;
    const { pending } = this.#depth;
    return [...problems, `${pending} deliveries pending in the shared queue`, ...warnings].join('; ');
  }

  #setTrouble(error: Error | undefined): void {
    if (error === undefined && this.#trouble !== undefined && this.#trouble !== 'not connected yet')
      this.#log.info('the shared queue can be used again');
    if (error !== undefined && this.#trouble !== error.message)
      this.#log.error({ err: error }, `the shared queue cannot be used (${error.message}); tried again`);
    this.#trouble = error?.message;
  }
}
