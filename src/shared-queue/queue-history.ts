import type { DeliveryHistory } from '../delivery/admin.ts';
import {
  askHistory,
  ForwardedHistory,
  type HistoryMethod,
  type HistoryResult,
} from '../delivery/history/forwarded-history.ts';
import { HistoryError } from '../delivery/history/history-error.ts';
import { TableHistory } from '../delivery/history/table-history.ts';
import type { QueuePool } from './connect.ts';
import { isDenied, sqlStateOf } from './sqlstate.ts';

/** A visitor waits no longer; nor does the database work longer for a page. */
const LIMITS = { connectMs: 2000, statementMs: 2000, max: 3 };
/** While the queue is away it is tried no more often than this. */
const LOOK_AGAIN_MS = 1000;
/** How long a visitor waits to see whether it is back. */
const LOOKED_FOR_MS = 200;

export interface QueueHistoryOptions {
  url: string;
  /** Of the service, as it is configured now. */
  sources(): readonly string[];
  /** The history of the service's own outbox; it is closed with this. */
  outbox: DeliveryHistory;
}

/**
 * What the shared queue has of a service's deliveries. While it is away, what is still in the service's own outbox
 * stands in, and `limitedBy` says so. Connections are of its own: what services move and workers send does not wait for
 * a page.
 */
export class QueueHistory extends ForwardedHistory {
  readonly #options: QueueHistoryOptions;
  #pool: QueuePool | undefined;
  #opened: Promise<TableHistory> | undefined;
  /** Why it cannot be read; absent: it can. */
  #away: string | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: QueueHistoryOptions) {
    super();
    this.#options = options;
  }

  override get limitedBy(): string | undefined {
    if (this.#away === undefined) return undefined;
    return `the shared queue cannot be read (${this.#away}): this is only what is still in this service's own outbox`;
  }

  /** Only the queue knows which rules are suspended. */
  override async resume(...args: Parameters<DeliveryHistory['resume']>) {
    if (this.#away !== undefined) await this.#look();
    if (this.#away !== undefined) throw new HistoryError(`the shared queue cannot be changed now (${this.#away})`);
    try {
      return await (await this.#open()).resume(...args);
    } catch (error) {
      throw statementError(error) ?? new HistoryError(`the shared queue cannot be changed now (${messageOf(error)})`);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([this.#pool?.end(), this.#options.outbox.close()]);
  }

  protected override async ask<Name extends HistoryMethod>(
    name: Name,
    args: Parameters<DeliveryHistory[Name]>,
  ): Promise<HistoryResult<Name>> {
    if (this.#isClosed) throw new HistoryError('the service is stopping');
    if (this.#away !== undefined) await this.#look();
    if (this.#away === undefined)
      try {
        return await askHistory(await this.#open(), name, args);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        const known = statementError(error);
        if (known !== undefined) throw known;
        this.#away = messageOf(error);
      }
    return askHistory(this.#options.outbox, name, args);
  }

  /** Looks whether it is back; where that is not known soon, the next who asks is answered by it. */
  async #look(): Promise<void> {
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#lookedAt = now;
      this.#looking = this.#open()
        .then(async (history) => history.suspended())
        .then(
          () => {
            this.#away = undefined;
          },
          (error: unknown) => {
            this.#away = statementError(error) === undefined ? messageOf(error) : undefined;
          },
        );
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOOKED_FOR_MS);
    });
    await Promise.race([this.#looking, late]);
    clearTimeout(timer);
  }

  #open(): Promise<TableHistory> {
    this.#opened ??= this.#connect().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** What PostgreSQL needs is loaded only where there is a queue, and a page is looked at. */
  async #connect(): Promise<TableHistory> {
    const { url, sources } = this.#options;
    const [{ connectQueue }, { migrateQueue }, { QueueTables }] = await Promise.all([
      import('./connect.ts'),
      import('./migrations.ts'),
      import('./queue-tables.ts'),
    ]);
    // A connection that is cut is noticed by who asks next.
    this.#pool ??= connectQueue(url, 'call-events page', () => undefined, LIMITS);
    await migrateQueue(this.#pool);
    return new TableHistory(new QueueTables(this.#pool, sources));
  }
}

/** What the database says of a statement; absent: it cannot be used at all. */
function statementError(error: unknown): HistoryError | undefined {
  const code = sqlStateOf(error) ?? '';
  const message = messageOf(error);
  // query_canceled: the statement has taken too long.
  if (code === '57014') return new HistoryError('reading the shared queue takes too long with this filter; try again');
  if (isDenied(error))
    return new HistoryError(
      `this service's user of the shared queue may not do that (${message}); docs/scaling.md says what it needs`,
    );
  return /^(?:2[0-57]|4[024])/.test(code) ? new HistoryError(`the shared queue: ${message}`) : undefined;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message || error.name : String(error));
