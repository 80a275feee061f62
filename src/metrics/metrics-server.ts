import type { FastifyInstance } from 'fastify';
import type { ServiceEvents } from '../service/service-events.ts';
import type { ServiceState } from '../service/service-state.ts';
import { problemsOf, warningsOf } from './health.ts';
import type { Metrics } from './metrics.ts';

/** `metrics:` of config.yaml. */
export interface MetricsSettings {
  enabled: boolean;
  host: string;
  /** 0: any free port. */
  port: number;
}

export interface MetricsServerOptions {
  log: { info(message: string): void; error(about: object, message: string): void };
  /** The events that are counted. */
  events: ServiceEvents;
  state: () => ServiceState;
  /** Why the process cannot work, and the problems in spite of which it works. Left out: by the service's state. */
  health?: () => { problems: string[]; warnings: string[] };
  /** Whether the process has a connection to Asterisk: a worker of the shared queue has none. Left out: it has. */
  hasAsterisk?: boolean;
  /** Whether no part of the process hangs. */
  alive: () => boolean;
}

/**
 * Serves /metrics for Prometheus, /livez (does it need a restart?) and /readyz (does it work?), where config.yaml
 * enables them. When they cannot be served the log says so; the calls go on.
 */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  #settings: MetricsSettings = { enabled: false, host: '', port: 0 };
  /** One change after the other: the old port is free before the new one is taken. */
  #changes: Promise<void> = Promise.resolve();
  #app: FastifyInstance | undefined;
  /** Counts from the first time that metrics are wanted until {@link close}. */
  #metrics: Metrics | undefined;
  #stopCounting: (() => void) | undefined;
  #url: string | undefined;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
  }

  /** The address; absent while it does not serve. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Applies settings, at once or after earlier ones. */
  configure(settings: MetricsSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#changes = this.#changes.then(async () => this.#change(settings));
  }

  async close(): Promise<void> {
    this.configure({ ...this.#settings, enabled: false });
    await this.#changes;
    this.#stopCounting?.();
  }

  async #change({ enabled, host, port }: MetricsSettings): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#app?.close();
      this.#app = undefined;
      this.#url = undefined;
      if (!enabled) return;
      if (this.#metrics === undefined) {
        const { Metrics } = await import('./metrics.ts');
        this.#metrics = new Metrics(this.#options.state, this.#options.hasAsterisk);
        this.#stopCounting = this.#metrics.count(this.#options.events);
      }
      this.#app = await this.#routes();
      this.#url = await this.#app.listen({ host, port });
      log.info(`metrics and health: ${this.#url}/metrics, /livez, /readyz`);
    } catch (err) {
      log.error({ err }, `metrics and health cannot be served on ${host}:${port}; calls are not touched by that`);
    }
  }

  async #routes(): Promise<FastifyInstance> {
    const { state, alive } = this.#options;
    const health = this.#options.health ?? (() => ({ problems: problemsOf(state()), warnings: warningsOf(state()) }));
    // Loaded only where it is served: the service starts faster without it.
    const { default: fastify } = await import('fastify');
    const app = fastify({ forceCloseConnections: true });
    app.get('/metrics', async (_, reply) =>
      reply.type(this.#metrics?.contentType ?? '').send(await this.#metrics?.text()),
    );
    app.get('/livez', async (_, reply) => {
      const isAlive = alive();
      return reply.code(isAlive ? 200 : 503).send({ alive: isAlive });
    });
    app.get('/readyz', async (_, reply) => {
      const { problems, warnings } = health();
      const ready = problems.length === 0;
      return reply.code(ready ? 200 : 503).send({ ready, problems: [...problems, ...warnings] });
    });
    return app;
  }
}
