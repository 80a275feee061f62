import { hash } from 'node:crypto';
import { textForWorkers } from '../config/text-for-workers.ts';
import type { Logger } from '../log.ts';
import type { QueuePool } from '../shared-queue/connect.ts';
import type { Evidence } from '../shared-queue/pair-rules.ts';
import type { PairTables, PublishedCall } from '../shared-queue/pair-tables.ts';
import type { QueuedRow, QueueWriter, UndecidedOf } from '../shared-queue/queue-writer.ts';
import { isAway } from '../shared-queue/sqlstate.ts';
import { type ActiveConfig, sourcesOf } from './active-config.ts';

/** After this time the rules are published again, when the queue could not be reached. */
const RETRY_MS = 5000;

/**
 * The shared queue as a service uses it: its rules are known there before the first delivery is. What PostgreSQL needs
 * is loaded only where there is a queue.
 */
export class SharedQueueLink {
  readonly #url: string;
  readonly #log: Logger;
  #active: ActiveConfig;
  #pool: QueuePool | undefined;
  #writer: Promise<QueueWriter> | undefined;
  /** The revision that is known there; absent: none of this run. */
  #published: string | undefined;
  #publishing: Promise<void> = Promise.resolve();
  /** Why they were not published when that was tried last; absent: they were. */
  #problem: string | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, active: ActiveConfig, log: Logger) {
    this.#url = url;
    this.#active = active;
    this.#log = log;
  }

  /** @throws what keeps them out of the queue */
  async insert(rows: readonly QueuedRow[], calls: readonly PublishedCall[]): Promise<void> {
    const writer = await this.#ready();
    if (this.#published === undefined) await this.#publish();
    await writer.insert(rows, calls);
  }

  /** As {@link QueueWriter.insertDecided}. @throws the same */
  async insertDecided<T>(
    about: UndecidedOf,
    decide: (evidence: Evidence) => Promise<{ rows: readonly QueuedRow[]; decided: T }>,
  ): Promise<T> {
    const writer = await this.#ready();
    return writer.insertDecided(about, decide);
  }

  /** What services on one Asterisk know of each other. @throws what keeps this one out of the queue */
  async pairTables(service: string): Promise<PairTables> {
    await this.#ready();
    const { PairTables: Tables } = await import('../shared-queue/pair-tables.ts');
    if (this.#pool === undefined) throw new Error('the shared queue is closed');
    return new Tables(this.#pool, service);
  }

  /** Publishes the rules of this configuration, at once or as soon as the queue can be reached. */
  configure(active: ActiveConfig): void {
    this.#active = active;
    clearTimeout(this.#again);
    this.#publishing = this.#publishing.then(async () => {
      try {
        await this.#publish();
      } catch (err) {
        if (this.#closed) return;
        this.#logUnpublished(err);
        this.#again = setTimeout(() => this.configure(this.#active), RETRY_MS);
        this.#again.unref();
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#pool?.end();
  }

  /** The source of a server's deliveries: what the parameter Asterisk says. */
  sourceOf(server: string): string {
    return this.#active.servers.get(server)?.defaults.asterisk ?? server;
  }

  #logUnpublished(err: unknown): void {
    const problem = err instanceof Error ? err.message : String(err);
    if (isAway(err)) this.#log.debug({ err }, 'the rules are not published in the shared queue yet');
    else if (problem !== this.#problem)
      this.#log.error({ err }, `the rules cannot be published in the shared queue (${problem}); tried again`);
    this.#problem = problem;
  }

  async #publish(): Promise<void> {
    const active = this.#active;
    const text = textForWorkers(active.text);
    const revision = hash('sha256', text).slice(0, 16);
    if (revision === this.#published) return;
    const writer = await this.#ready();
    const sources = sourcesOf(active);
    const ids = active.config.extensions.flatMap(({ rules = [] }) => rules.map(({ id }) => id));
    const targets = ids.flatMap((id) => {
      const target = active.rules.targetOf(id);
      return target === undefined ? [] : [[id, target] as const];
    });
    await writer.publish(sources, { revision, text }, new Map(targets));
    this.#published = revision;
    this.#problem = undefined;
    this.#log.info({ revision }, `the rules of ${sources.join(', ')} are published in the shared queue`);
  }

  #ready(): Promise<QueueWriter> {
    this.#writer ??= this.#connect().catch((error: unknown) => {
      this.#writer = undefined;
      throw error;
    });
    return this.#writer;
  }

  async #connect(): Promise<QueueWriter> {
    const [{ connectQueue }, { migrateQueue }, { QueueWriter: Writer }] = await Promise.all([
      import('../shared-queue/connect.ts'),
      import('../shared-queue/migrations.ts'),
      import('../shared-queue/queue-writer.ts'),
    ]);
    this.#pool ??= connectQueue(this.#url, 'call-events', (err) =>
      this.#log.debug({ err }, 'a connection to the shared queue was cut'),
    );
    await migrateQueue(this.#pool);
    return new Writer(this.#pool);
  }
}
