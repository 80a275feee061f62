import type { Clock } from '../clock.ts';
import type { Delivery } from '../delivery.ts';
import type { AttemptResult } from '../http/attempt-result.ts';
import type { SendRequest } from '../http/sender.ts';
import type { OutboxConsumer } from '../outbox-consumer.ts';
import { isUntriedHangup, type PendingDelivery } from '../pending-delivery.ts';
import type { OutboxStore } from '../store.ts';
import { attempt, type CompletedAttempt, type DeliveryPolicy } from './attempt.ts';
import { AttemptRecorder, type AttemptReport } from './attempt-recorder.ts';
import type { CurrentRules } from './current-rules.ts';
import { DueTimer } from './due-timer.ts';
import type { QueuedDelivery, Turn } from './leg-queue.ts';
import { isRefusal, isTargetTrouble, outcomeOf } from './outcome.ts';
import { nextTryMs } from './retry-schedule.ts';
import type { Limits, TargetLoad } from './target-load.ts';
import { TargetQueues } from './target-queues.ts';

/** A delivery that could not be read from the outbox is looked at again after this time. */
const UNREADABLE_MS = 2000;
/**
 * A Hangup that was never tried has this much time after a start, however old it is: its target may have to recover
 * first.
 */
const UNTRIED_MS = 600_000;

export interface DispatcherOptions {
  outbox: Pick<OutboxStore, 'read' | 'write'>;
  send(request: SendRequest): Promise<AttemptResult>;
  /** The present policy of a rule, which may have changed or gone since the delivery was made. */
  policyFor(ruleId: string, event: Delivery['event']): DeliveryPolicy;
  limits(): Limits;
  clock: Clock;
  onAttempt(report: AttemptReport): void;
  /** The present rules, which each delivery's request is made from. */
  rules(): Pick<CurrentRules, 'problemOf' | 'targetOf' | 'remake'>;
  /** Whether a rule's receiver has answered 410 and the rule was not resumed since. */
  isSuspended(ruleId: string): boolean;
  /** A receiver answered 410: its rule sends nothing more until it is resumed. */
  onSuspended(ruleId: string, reason: string): void;
  /** A delivery cannot be read from the outbox; it is tried again. */
  onUnreadable(error: unknown): void;
  /** Steps at which the fault tests kill the process; nothing in production. */
  failPoint?: (name: 'before send' | 'after answer') => void;
}

/**
 * Sends what is in the outbox.
 *
 * Each leg has a queue at each target, so that a Hangup is not sent before the Dial there is settled. Each target has
 * its own limit and its own breaker, so a dead target delays no other: {@link TargetQueues} says whose turn it is. A
 * delivery leaves its queue when it is delivered, dead or expired. Waiting times are measured by the monotonic clock:
 * setting the machine's clock makes neither a burst nor a stall.
 */
export class Dispatcher implements OutboxConsumer {
  readonly #options: DispatcherOptions;
  readonly #recorder: AttemptRecorder;
  readonly #queues: TargetQueues;
  readonly #timer: DueTimer;
  /** Turns under way. */
  #turns = 0;
  /** The number of deliveries so far. */
  #count = 0;
  #draining = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#recorder = new AttemptRecorder(options);
    this.#queues = new TargetQueues(
      (ruleId, event) => options.isSuspended(ruleId) || options.rules().problemOf(ruleId, event) !== undefined,
    );
    this.#timer = new DueTimer(options.clock, () => this.#pump());
  }

  /** Deliveries on their way, and how old the oldest is in milliseconds. */
  get queue(): { depth: number; oldestMs: number; running: number } {
    const { size, oldestStartedAt, running } = this.#queues;
    const oldestMs = oldestStartedAt === undefined ? 0 : Math.max(0, this.#options.clock.now() - oldestStartedAt);
    return { depth: size, oldestMs, running };
  }

  /** Targets that have something to do, or are left alone. */
  loads(): Iterable<TargetLoad> {
    return this.#queues.loads(this.#options.clock.monotonic());
  }

  /** Takes out what is ready for targets that are left alone, for others that share the work. @returns its ids */
  takeBack(): string[] {
    return this.#queues.takeBack(this.#options.clock.monotonic());
  }

  /** A copy of all that is not settled; of each leg in its order. */
  pending(): PendingDelivery[] {
    return [...this.#queues.items()].map((item) => ({ ...item }));
  }

  /** For how many milliseconds something has been due and was not looked at: 0 while all is well. For the watchdog. */
  get overdueMs(): number {
    return this.#draining ? 0 : Math.max(0, this.#options.clock.monotonic() - this.#queues.nextDue);
  }

  /**
   * Restores the pending deliveries of an earlier run, and applies the changes of a command beside this service.
   * @param pending all pending deliveries on disk; every delivery that was written here is on disk by now
   */
  reconcile(pending: readonly PendingDelivery[]): void {
    const now = this.#options.clock.monotonic();
    const stillPending = new Set(pending.map(({ id }) => id));
    for (const id of this.#queues.ids) if (!stillPending.has(id)) this.#queues.remove(id, now);
    for (const one of pending) {
      const item = this.#queues.find(one.id);
      if (item === undefined) this.#enqueue(one);
      else if (item.windowStartedAt !== one.windowStartedAt) {
        // A command has set it to be sent again: at once, with a new schedule.
        Object.assign(item, one, { target: item.target });
        this.#queues.reschedule(item.id, now + this.#setExpiry(item), now);
      }
    }
    this.#pump();
  }

  /**
   * A delivery that is on disk.
   * @param madeAt when it was made, by the monotonic clock: the wall clock may have been set since. Absent: in another
   * run
   */
  add(pending: PendingDelivery, madeAt?: number): void {
    this.#enqueue(pending, madeAt);
    this.#pump();
  }

  /** The rules have changed: waiting deliveries go to the targets that the rules name now. */
  rulesChanged(): void {
    this.#queues.retarget((item) => this.#targetOf(item), this.#options.clock.monotonic());
    this.#pump();
  }

  /** Begins no more attempts, and lets those that run come to their end. @returns whether all did, in time */
  async drain(withinMs: number): Promise<boolean> {
    this.#draining = true;
    this.#timer.stop();
    if (this.#turns === 0) return true;
    this.#idle ??= Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(withinMs, late.resolve);
    await Promise.race([this.#idle.promise, late.promise]);
    timer.cancel();
    return this.#turns === 0;
  }

  #enqueue(pending: PendingDelivery, madeAt?: number): void {
    if (this.#queues.find(pending.id) !== undefined) return;
    const now = this.#options.clock.monotonic();
    const target = this.#targetOf(pending);
    const item: QueuedDelivery = { ...pending, target, expiresAt: 0, order: this.#count++ };
    this.#queues.add(item, now + this.#setExpiry(item, madeAt), now);
  }

  /** @returns for how long it waits, in milliseconds */
  #setExpiry(item: QueuedDelivery, madeAt?: number): number {
    const { clock, policyFor } = this.#options;
    const { expireMs } = policyFor(item.ruleId, item.event).schedule;
    const within = (ms: number) => Math.min(Math.max(ms, 0), expireMs);
    // Within bounds: after the clock was set back a delivery may seem to come from the future.
    const age = madeAt === undefined ? clock.now() - item.windowStartedAt : clock.monotonic() - madeAt;
    const leftMs = Math.max(expireMs - within(age), isUntriedHangup(item) ? Math.min(UNTRIED_MS, expireMs) : 0);
    item.expiresAt = clock.monotonic() + leftMs;
    return item.nextAt === undefined ? 0 : within(item.nextAt - clock.now());
  }

  /** The target of a delivery by its present rule. */
  #targetOf({ ruleId, target, isFixed }: PendingDelivery): string {
    return (isFixed ? undefined : this.#options.rules().targetOf(ruleId)) ?? target;
  }

  /** Begins everything that may begin now. */
  #pump(): void {
    if (this.#draining) return;
    const { clock, limits } = this.#options;
    for (;;) {
      const turn = this.#queues.next(clock.monotonic(), limits());
      if (turn === undefined) break;
      void this.#take(turn);
    }
    this.#timer.arm(this.#queues.nextDue);
  }

  async #take(turn: Turn): Promise<void> {
    const { queue, action } = turn;
    this.#turns++;
    try {
      if (action === 'send') await this.#send(turn);
      else await this.#deadLetter(turn);
    } catch (error) {
      const now = this.#options.clock.monotonic();
      if (action === 'send') queue.target.breaker.skipped(turn);
      this.#options.onUnreadable(error);
      this.#queues.postpone(queue, now + UNREADABLE_MS, now);
    } finally {
      if (action === 'send') this.#queues.release(turn, this.#options.clock.monotonic());
      this.#turns--;
      if (this.#turns === 0) this.#idle?.resolve();
      this.#pump();
    }
  }

  async #send(turn: Turn): Promise<void> {
    const { outbox, policyFor, failPoint, clock, rules } = this.#options;
    const { queue, item } = turn;
    const stored = await outbox.read(item);
    if (stored === undefined) {
      // A command has discarded it.
      queue.target.breaker.skipped(turn);
      this.#queues.settle(queue, clock.monotonic());
      return;
    }
    if (item.target !== queue.target.name) {
      // The rules have changed while it was read.
      queue.target.breaker.skipped(turn);
      this.#queues.postpone(queue, clock.monotonic(), clock.monotonic());
      return;
    }
    const delivery = rules().remake(stored);
    failPoint?.('before send');
    const completed = await attempt(delivery, policyFor(item.ruleId, item.event), this.#options);
    failPoint?.('after answer');
    this.#conclude(turn, delivery, completed, delivery === stored || isSameRequest(delivery, stored));
  }

  #conclude(turn: Turn, delivery: Delivery, completed: CompletedAttempt, isAsStored: boolean): void {
    const { queue, item } = turn;
    const { clock, outbox, policyFor, onSuspended } = this.#options;
    const { result } = completed;
    const now = clock.monotonic();
    const { schedule, accept } = policyFor(item.ruleId, item.event);
    if (isTargetTrouble(result, accept)) queue.target.breaker.failed(turn, now);
    else queue.target.breaker.succeeded();
    const outcome = outcomeOf(result, item.refusals, clock.now(), accept);
    item.attempts++;
    if (isRefusal(result)) item.refusals++;
    if (outcome.outcome !== 'retry') {
      this.#recorder.attempted(item, delivery, completed, outcome, { isAsStored });
      if (outcome.outcome === 'dead' && outcome.suspend) {
        outbox.write({ suspend: { ruleId: item.ruleId, since: clock.now(), reason: outcome.reason } });
        onSuspended(item.ruleId, outcome.reason);
      }
      this.#queues.settle(queue, now);
      return;
    }
    const age = schedule.expireMs - (item.expiresAt - now);
    const tries = item.attempts - item.attemptsBeforeWindow;
    const next = nextTryMs(schedule, tries, age, outcome.notBeforeMs, clock.random());
    // Without a try left it waits until it expires, and so do the deliveries behind it in its leg.
    const wait = Math.max(0, (next ?? schedule.expireMs) - age);
    this.#recorder.attempted(item, delivery, completed, outcome, {
      isAsStored,
      dueAt: Math.round(clock.now() + wait),
      isLast: next === undefined,
    });
    this.#queues.postpone(queue, now + wait, now);
  }

  /** The delivery has expired, or its rule sends nothing. */
  async #deadLetter({ queue, item, action }: Turn): Promise<void> {
    const { outbox, clock, rules } = this.#options;
    // Only the report needs the whole delivery: a failure to read it does not matter.
    const delivery = await outbox.read(item).catch(() => undefined);
    if (action === 'expire')
      this.#recorder.deadLetter(item, delivery, 'expired', 'expired: it could not be delivered in time');
    else
      this.#recorder.deadLetter(
        item,
        delivery,
        'dead',
        rules().problemOf(item.ruleId, item.event) ?? 'its rule is suspended',
      );
    this.#queues.settle(queue, clock.monotonic());
  }
}

function isSameRequest(a: Delivery, b: Delivery): boolean {
  return (
    a.url === b.url &&
    a.method === b.method &&
    a.body === b.body &&
    a.target === b.target &&
    JSON.stringify(a.headers) === JSON.stringify(b.headers)
  );
}
