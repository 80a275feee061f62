import type { OutboxConsumer } from '../delivery/outbox-consumer.ts';
import type { PendingDelivery } from '../delivery/pending-delivery.ts';
import type { OutboxStore } from '../delivery/store.ts';
import { isUnwritable, type QueuedRow } from './queue-writer.ts';

/** A statement with so many takes some 20 ms, and so do the reads before it. */
const AT_ONCE = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export interface RelayOptions {
  outbox: Pick<OutboxStore, 'read' | 'write'>;
  /** Writes all of them into the queue, or throws. */
  insert(rows: readonly QueuedRow[]): Promise<void>;
  /** The source of an Asterisk server's deliveries, by the server's name in config.yaml. */
  sourceOf(server: string): string;
  /** The queue cannot be written, and again whenever that was tried; with `undefined` it can be again. */
  onTrouble(error: Error | undefined): void;
}

interface Waiting {
  pending: PendingDelivery;
  /** When its retry window began, by the monotonic clock: the wall clock may have been set since. */
  beganAt: number;
}

/**
 * Moves deliveries from the outbox into the shared queue, in the order in which they were made. What is in the queue is
 * deleted from the outbox; a crash in between writes it into the queue again, which keeps one of each.
 */
export class Relay implements OutboxConsumer {
  readonly #options: RelayOptions;
  /** By id, the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #working: Promise<void> | undefined;
  #isDraining = false;
  #retryMs = FIRST_RETRY_MS;
  #wake: (() => void) | undefined;
  #trouble: Error | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  get queue(): { depth: number; oldestMs: number; running: number } {
    const [oldest] = this.#waiting.values();
    return {
      depth: this.#waiting.size,
      oldestMs: oldest === undefined ? 0 : Math.max(0, performance.now() - oldest.beganAt),
      running: this.#working === undefined ? 0 : 1,
    };
  }

  /** Nothing is overdue here: while the queue is away everything waits. */
  get overdueMs(): number {
    return 0;
  }

  /** Why nothing is moved now; absent: all is well. */
  get trouble(): Error | undefined {
    return this.#trouble;
  }

  pending(): PendingDelivery[] {
    return [...this.#waiting.values()].map(({ pending }) => ({ ...pending }));
  }

  /** What an earlier run has left, or what a command has changed. @param pending all that is pending in the outbox */
  reconcile(pending: readonly PendingDelivery[]): void {
    const ids = new Set(pending.map(({ id }) => id));
    for (const id of this.#waiting.keys()) if (!ids.has(id)) this.#waiting.delete(id);
    for (const one of pending) this.add(one);
  }

  /** @param madeAt when it was made, by the monotonic clock; absent: in another run */
  add(pending: PendingDelivery, madeAt = performance.now() - Math.max(0, Date.now() - pending.windowStartedAt)): void {
    if (!this.#waiting.has(pending.id)) this.#waiting.set(pending.id, { pending, beganAt: madeAt });
    this.#work();
  }

  /** Rules are published beside this. */
  rulesChanged(): void {}

  /** Ends what it is moving. @returns whether it did, in time; what is left waits for the next start */
  async drain(withinMs: number): Promise<boolean> {
    this.#isDraining = true;
    this.#wake?.();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs);
    });
    const ended = await Promise.race([Promise.resolve(this.#working).then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  #work(): void {
    this.#working ??= this.#move().finally(() => {
      this.#working = undefined;
      // Something came while it ended.
      if (this.#waiting.size > 0 && !this.#isDraining) this.#work();
    });
  }

  async #move(): Promise<void> {
    // What comes in the same moment goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0 && !this.#isDraining) {
      try {
        await this.#moveSome();
        this.#retryMs = FIRST_RETRY_MS;
        if (this.#trouble !== undefined) this.#options.onTrouble(undefined);
        this.#trouble = undefined;
      } catch (error) {
        this.#trouble = error instanceof Error ? error : new Error(String(error));
        this.#options.onTrouble(this.#trouble);
        await this.#pause(this.#retryMs);
        this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  async #moveSome(): Promise<void> {
    const { outbox, sourceOf } = this.#options;
    const some = [...this.#waiting.values()].slice(0, AT_ONCE);
    const rows: QueuedRow[] = [];
    for (const { pending, beganAt } of some) {
      const delivery = await outbox.read(pending);
      // A command has discarded it.
      if (delivery === undefined) continue;
      const server = delivery.callEvent?.leg.server ?? '';
      rows.push({ source: sourceOf(server), delivery, ageMs: performance.now() - beganAt });
    }
    await this.#insert(rows);
    const { promise, resolve } = Promise.withResolvers<void>();
    outbox.write({ moved: some.map(({ pending: { callId, id } }) => ({ callId, id })), written: resolve });
    for (const { pending } of some) this.#waiting.delete(pending.id);
    // Where the disk is full it is deleted later, and meanwhile nothing is written twice.
    await Promise.race([promise, this.#pause(FIRST_RETRY_MS)]);
  }

  /** One that can never be written must not keep the others waiting: it becomes a dead letter. */
  async #insert(rows: readonly QueuedRow[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.#options.insert(rows);
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      const [first] = rows;
      if (rows.length === 1 && first !== undefined) {
        const { callId, id } = first.delivery;
        const reason = `the shared queue does not take it: ${error instanceof Error ? error.message : String(error)}`;
        this.#options.outbox.write({ deadLetters: [{ callId, id, at: Date.now(), reason }] });
        return;
      }
      for (const row of rows) await this.#insert([row]);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
