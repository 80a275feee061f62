import type { Delivery } from '../delivery/delivery.ts';
import type { OutboxConsumer } from '../delivery/outbox-consumer.ts';
import type { PendingDelivery } from '../delivery/pending-delivery.ts';
import type { OutboxStore } from '../delivery/store.ts';
import type { PublishedCall } from './pair-tables.ts';
import type { QueuedRow } from './queue-writer.ts';
import { isUnwritable } from './sqlstate.ts';
import { type Undecided, UndecidedLegs, type Waiting } from './undecided-legs.ts';
import { UnpublishedCalls } from './unpublished-calls.ts';

/** A statement with this many takes some 20 ms, and so do the reads before it. */
const AT_ONCE = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** Changes of a call that come with no delivery are published together. */
const PUBLISH_MS = 250;

export interface RelayOptions {
  outbox: Pick<OutboxStore, 'read' | 'write'>;
  /** Writes all of them into the queue, or throws; with that calls are published. */
  insert(rows: readonly QueuedRow[], calls: readonly PublishedCall[]): Promise<void>;
  /** The source of an Asterisk server's deliveries, by the server's name in config.yaml. */
  sourceOf(server: string): string;
  /** Whether another service may know better what becomes of one; absent: there is none. */
  isUndecided?(delivery: Delivery): boolean;
  /** The queue cannot be written, and again whenever that was tried; with `undefined` it can be again. */
  onTrouble(error: Error | undefined): void;
}

/**
 * Moves deliveries from the outbox into the shared queue, in the order in which they were made. What is in the queue is
 * deleted from the outbox; a crash in between writes it into the queue again, which keeps one of each. What another
 * service may know better waits beside the others, with what comes after it in its leg, until it is decided on. A call
 * is published when none of its deliveries is here any more, with the last of them.
 */
export class Relay implements OutboxConsumer {
  readonly #options: RelayOptions;
  /** By id, the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #undecided = new UndecidedLegs();
  readonly #unpublished = new UnpublishedCalls();
  #publishing: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  /** Ends with what was begun last: one thing after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isDraining = false;
  #retryMs = FIRST_RETRY_MS;
  /** Ends each pause that there is. */
  readonly #wake = new Set<() => void>();
  #trouble: Error | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  get queue(): { depth: number; oldestMs: number; running: number } {
    const [oldest] = this.#waiting.values();
    return {
      depth: this.#waiting.size + this.#undecided.size,
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
    return [...this.#undecided.all(), ...this.#waiting.values()].map(({ pending }) => ({ ...pending }));
  }

  /** What an earlier run has left, or what a command has changed. @param pending all that is pending in the outbox */
  reconcile(pending: readonly PendingDelivery[]): void {
    const ids = new Set(pending.map(({ id }) => id));
    for (const one of [...this.#waiting.values(), ...this.#undecided.all()])
      if (!ids.has(one.pending.id)) this.#forget(one);
    for (const one of pending) this.add(one);
  }

  /** @param madeAt when it was made, by the monotonic clock; absent: in another run */
  add(pending: PendingDelivery, madeAt = performance.now() - Math.max(0, Date.now() - pending.windowStartedAt)): void {
    if (!this.#waiting.has(pending.id) && !this.#undecided.has(pending)) {
      this.#waiting.set(pending.id, { pending, beganAt: madeAt });
      this.#unpublished.markWaiting(pending);
    }
    this.#work();
  }

  /**
   * From now on calls are published. @param missing what an earlier run has published: it has ended, where no call of
   * this run is it
   */
  publishFromNowOn(missing: Iterable<PublishedCall>): void {
    this.#unpublished.begin(missing);
    this.#work();
  }

  /**
   * There is no other service any more: no calls are published, and what was undecided is moved like everything else.
   */
  goOnAlone(): void {
    this.#unpublished.end();
    // What is being moved now may become undecided yet.
    void this.#inTurn(async () => {
      const later = [...this.#waiting];
      this.#waiting.clear();
      for (const { pending, beganAt } of [...this.#undecided.all()]) {
        this.#undecided.delete(pending);
        this.#waiting.set(pending.id, { pending, beganAt });
      }
      for (const [id, one] of later) this.#waiting.set(id, one);
    }).then(() => this.#work());
  }

  /** A delivery that is undecided, as it goes into the queue; absent: a command has discarded it. */
  async read({ pending, beganAt }: Waiting): Promise<QueuedRow | undefined> {
    const delivery = await this.#options.outbox.read(pending);
    if (delivery === undefined) return undefined;
    const source = this.#options.sourceOf(delivery.callEvent?.leg.server ?? '');
    return { source, delivery, ageMs: performance.now() - beganAt };
  }

  /** Calls have changed; the deliveries that came with that were added before, or are added in the same moment. */
  note(calls: Iterable<PublishedCall>): void {
    for (const call of calls) this.#unpublished.note(call);
    this.#publishing ??= setTimeout(() => {
      this.#publishing = undefined;
      this.#work();
    }, PUBLISH_MS);
    this.#publishing.unref();
  }

  /**
   * While this decides, nothing is moved. What it gives back has left the outbox: it is in the queue, or is not to be.
   * @param decide on what is undecided, the oldest of each leg first
   */
  async decide(decide: (undecided: readonly Undecided[]) => Promise<Iterable<Undecided>>): Promise<void> {
    await this.#inTurn(async () => this.#left(await decide([...this.#undecided.all()])));
  }

  /** Rules are published beside this. */
  rulesChanged(): void {}

  /** Ends what it is moving. @returns whether it did, in time; what is left waits for the next start */
  async drain(withinMs: number): Promise<boolean> {
    this.#isDraining = true;
    for (const wake of this.#wake) wake();
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
      if ((this.#waiting.size > 0 || this.#unpublished.isAnyReady) && !this.#isDraining) this.#work();
    });
  }

  async #move(): Promise<void> {
    // What comes in the same moment goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while ((this.#waiting.size > 0 || this.#unpublished.isAnyReady) && !this.#isDraining) {
      try {
        await this.#inTurn(async () => this.#moveSome());
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
    const { outbox, sourceOf, isUndecided } = this.#options;
    const some = [...this.#waiting.values()].slice(0, AT_ONCE);
    const rows: QueuedRow[] = [];
    const gone: Waiting[] = [];
    const undecided: Undecided[] = [];
    const undecidedLegs = new Set<string>();
    for (const one of some) {
      const { pending, beganAt } = one;
      const delivery = await outbox.read(pending);
      // In the order of its leg.
      const isBehind = this.#undecided.hasLeg(pending.legKey) || undecidedLegs.has(pending.legKey);
      if (delivery !== undefined && (isBehind || isUndecided?.(delivery) === true)) {
        undecidedLegs.add(pending.legKey);
        undecided.push({ ...one, callEvent: delivery.callEvent });
        continue;
      }
      gone.push(one);
      // Otherwise a command has discarded it.
      if (delivery === undefined) continue;
      const server = delivery.callEvent?.leg.server ?? '';
      rows.push({ source: sourceOf(server), delivery, ageMs: performance.now() - beganAt });
    }
    const calls = this.#unpublished.readyWith(gone.map(({ pending }) => pending));
    if (rows.length > 0 || calls.length > 0) await this.#insert(rows, calls);
    this.#unpublished.markPublished(calls);
    for (const one of undecided) {
      this.#waiting.delete(one.pending.id);
      this.#undecided.add(one);
    }
    await this.#left(gone);
  }

  /** They are no longer pending. */
  async #left(gone: Iterable<Waiting>): Promise<void> {
    const moved = [...gone].map((one) => {
      this.#forget(one);
      const { callId, id } = one.pending;
      return { callId, id };
    });
    if (moved.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#options.outbox.write({ moved, written: resolve });
    // Where the disk is full it is deleted later, and meanwhile nothing is written twice.
    await Promise.race([promise, this.#pause(FIRST_RETRY_MS)]);
  }

  #forget({ pending }: Waiting): void {
    if (this.#waiting.delete(pending.id) || this.#undecided.delete(pending)) this.#unpublished.markMoved(pending);
  }

  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** One that can never be written must not keep the others waiting: it becomes a dead letter. */
  async #insert(rows: readonly QueuedRow[], calls: readonly PublishedCall[]): Promise<void> {
    try {
      await this.#options.insert(rows, calls);
    } catch (error) {
      if (!isUnwritable(error) || rows.length === 0) throw error;
      const [first] = rows;
      if (rows.length === 1 && calls.length === 0 && first !== undefined) {
        const { callId, id } = first.delivery;
        const reason = `the shared queue does not take it: ${error instanceof Error ? error.message : String(error)}`;
        this.#options.outbox.write({ deadLetters: [{ callId, id, at: Date.now(), reason }] });
        return;
      }
      for (const row of rows) await this.#insert([row], []);
      if (calls.length > 0) await this.#options.insert([], calls);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#wake.delete(resolve);
  }
}
