import type { FastifyInstance } from 'fastify';
import { whatIsWrong } from './health.ts';
import type { Metrics, ServiceState } from './metrics.ts';

/** `metrics:` of config.yaml. */
export interface MetricsSettings {
  enabled: boolean;
  host: string;
  /** 0: any that is free. */
  port: number;
}

export interface MetricsServerOptions {
  log: { info(message: string): void; error(about: object, message: string): void };
  state: () => ServiceState;
  /** Whether the parts that do the work still turn. */
  alive: () => boolean;
}

/**
 * Serves /metrics for Prometheus, /livez (alive, or worth a restart?) and /readyz (does it do its work?), where
 * config.yaml wants them. When they cannot be served the log says so; the calls go on.
 */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  #settings: MetricsSettings = { enabled: false, host: '', port: 0 };
  /** One change after the other: the old port is free before the new one is taken. */
  #changes: Promise<void> = Promise.resolve();
  #app: FastifyInstance | undefined;
  #metrics: Metrics | undefined;
  #url: string | undefined;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
  }

  /** What to count with; absent until somebody can look. */
  get metrics(): Metrics | undefined {
    return this.#metrics;
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** Puts settings in force, at once or when earlier ones have been. */
  configure(settings: MetricsSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#changes = this.#changes.then(async () => this.#change(settings));
  }

  async close(): Promise<void> {
    this.configure({ ...this.#settings, enabled: false });
    await this.#changes;
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
        this.#metrics = new Metrics(this.#options.state);
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
    // Loaded only where it is wanted: the service starts faster without it.
    const { fastify } = await import('fastify');
    const app = fastify({ forceCloseConnections: true });
    app.get('/metrics', async (_, reply) =>
      reply.type(this.#metrics?.contentType ?? '').send(await this.#metrics?.text()),
    );
    app.get('/livez', async (_, reply) => {
      const isAlive = alive();
      return reply.code(isAlive ? 200 : 503).send({ alive: isAlive });
    });
    app.get('/readyz', async (_, reply) => {
      const problems = whatIsWrong(state());
      return reply.code(problems.length === 0 ? 200 : 503).send({ ready: problems.length === 0, problems });
    });
    return app;
  }
}
