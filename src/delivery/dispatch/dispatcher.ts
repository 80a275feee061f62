import type { Clock } from '../clock.ts';
import type { Delivery } from '../delivery.ts';
import type { AttemptResult } from '../http/attempt-result.ts';
import type { SendRequest } from '../http/sender.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PendingDelivery } from '../outbox/pending-delivery.ts';
import { attempt, type CompletedAttempt, type DeliveryPolicy } from './attempt.ts';
import { AttemptRecorder, type AttemptReport } from './attempt-recorder.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { DueTimer } from './due-timer.ts';
import { isRefusal, isTargetTrouble, outcomeOf } from './outcome.ts';
import type { LegQueue, QueuedDelivery, Target } from './queues.ts';
import { nextTryMs } from './retry-schedule.ts';

/** A delivery that could not be read from the disk is looked at again after this time. */
const UNREADABLE_MS = 2000;

export interface DispatcherOptions {
  outbox: Outbox;
  send(request: SendRequest): Promise<AttemptResult>;
  /** As configured now, for a rule that may have changed or gone since. */
  policyFor(ruleId: string, event: Delivery['event']): DeliveryPolicy;
  /** Attempts at once, to one target and in all. */
  limits(): { perTarget: number; total: number };
  clock: Clock;
  onAttempt(report: AttemptReport): void;
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
 * Each leg has a queue at each target, so that a Hangup is not sent before the Dial there is settled. A queue *waits*
 * until its first delivery is due, is then *ready*, and *runs* while the attempt lasts. Targets take turns; each has
 * its own bound and its own breaker, so one that is dead holds up nobody else. A delivery leaves its queue when it is
 * delivered, dead or expired. What waits is counted by the monotonic clock: a clock that is set makes neither a burst
 * nor a stall.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #recorder: AttemptRecorder;
  readonly #targets = new Map<string, Target>();
  /** Targets with something ready, the next in turn first. */
  readonly #readyTargets: Target[] = [];
  readonly #timer: DueTimer<LegQueue | Target>;
  readonly #known = new Map<string, { item: QueuedDelivery; queue: LegQueue }>();
  #running = 0;
  #draining = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#recorder = new AttemptRecorder(options);
    this.#timer = new DueTimer(options.clock, (due) => this.#due(due));
  }

  /** Deliveries on their way, and how old the oldest is in milliseconds. */
  get queue(): { depth: number; oldestMs: number; running: number } {
    let created = Number.POSITIVE_INFINITY;
    for (const { legs } of this.#targets.values())
      for (const { items } of legs.values()) created = Math.min(created, items[0]?.windowStartedAt ?? created);
    const oldestMs = created === Number.POSITIVE_INFINITY ? 0 : Math.max(0, this.#options.clock.now() - created);
    return { depth: this.#known.size, oldestMs, running: this.#running };
  }

  /** For how many milliseconds something has been due and was not looked at: 0 while all is well. For the watchdog. */
  get overdueMs(): number {
    return this.#timer.overdueMs;
  }

  /**
   * Takes up what an earlier run, or a command beside this one, has left pending.
   * @param pending all that is pending on disk, where everything is that was written here
   */
  reconcile(pending: readonly PendingDelivery[]): void {
    const meant = new Set(pending.map(({ id }) => id));
    for (const [id, { item, queue }] of this.#known) if (!meant.has(id)) this.#drop(queue, item);
    for (const one of pending) {
      const known = this.#known.get(one.id);
      if (known === undefined) this.add(one);
      else if (known.item.windowStartedAt !== one.windowStartedAt) this.#reschedule(known.queue, known.item, one);
    }
  }

  /**
   * A delivery that is on disk.
   * @param madeAt when it was made, by the monotonic clock: the wall clock may have been set since. Absent: in another run
   */
  add(pending: PendingDelivery, madeAt?: number): void {
    if (this.#known.has(pending.id)) return;
    const { clock } = this.#options;
    const item: QueuedDelivery = { ...pending, expiresAt: 0 };
    const wait = this.#setExpiry(item, madeAt);
    const target = this.#target(pending.target);
    let queue = target.legs.get(pending.legKey);
    if (queue === undefined) {
      // A list that begins empty has room for seventeen.
      queue = { target, key: pending.legKey, items: [item], state: 'waiting', dueAt: clock.monotonic() };
      target.legs.set(pending.legKey, queue);
    } else queue.items.push(item);
    this.#known.set(item.id, { item, queue });
    // One that is ready or runs comes to it by itself.
    if (queue.items.length === 1 && queue.state === 'waiting') this.#wait(queue, wait);
  }

  /** Begins no more attempts, and lets those that run come to their end. @returns whether all did, in time */
  async drain(withinMs: number): Promise<boolean> {
    this.#draining = true;
    this.#timer.stop();
    if (this.#running === 0) return true;
    this.#idle ??= Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(withinMs, late.resolve);
    await Promise.race([this.#idle.promise, late.promise]);
    timer.cancel();
    return this.#running === 0;
  }

  /** @returns for how long it waits, in milliseconds */
  #setExpiry(item: QueuedDelivery, madeAt?: number): number {
    const { clock, policyFor } = this.#options;
    const { expireMs } = policyFor(item.ruleId, item.event).schedule;
    const within = (ms: number) => Math.min(Math.max(ms, 0), expireMs);
    // Within bounds: after the clock was set back a delivery may seem to come from the future.
    const age = madeAt === undefined ? clock.now() - item.windowStartedAt : clock.monotonic() - madeAt;
    item.expiresAt = clock.monotonic() + expireMs - within(age);
    return item.nextAt === undefined ? 0 : within(item.nextAt - clock.now());
  }

  /** Somebody wants a delivery sent again that is on its way as it is: at once, with a schedule that begins anew. */
  #reschedule(queue: LegQueue, item: QueuedDelivery, pending: PendingDelivery): void {
    Object.assign(item, pending);
    const wait = this.#setExpiry(item);
    if (queue.state === 'waiting' && queue.items[0] === item) this.#wait(queue, wait);
  }

  /** Somebody has settled a delivery beside us. One that is being sent comes to its end first. */
  #drop(queue: LegQueue, item: QueuedDelivery): void {
    const isFirst = queue.items[0] === item;
    if (isFirst && queue.state === 'running') return;
    queue.items.splice(queue.items.indexOf(item), 1);
    this.#known.delete(item.id);
    if (isFirst && queue.state === 'waiting') this.#next(queue);
  }

  #target(name: string): Target {
    let target = this.#targets.get(name);
    if (target === undefined) {
      target = {
        name,
        breaker: new CircuitBreaker(),
        running: 0,
        legs: new Map(),
        ready: [],
        isQueued: false,
        wakesAt: 0,
      };
      this.#targets.set(name, target);
    }
    return target;
  }

  #wait(queue: LegQueue, ms: number): void {
    queue.state = 'waiting';
    queue.dueAt = this.#options.clock.monotonic() + ms;
    if (ms > 0) this.#timer.set(queue.dueAt, queue);
    else {
      this.#ready(queue);
      this.#pump();
    }
  }

  #due(due: (LegQueue | Target)[]): void {
    const now = this.#options.clock.monotonic();
    for (const what of due) {
      if ('breaker' in what) this.#enqueueTarget(what);
      // It may have been set to another time since.
      else if (what.state === 'waiting' && what.dueAt <= now && what.items.length > 0) this.#ready(what);
    }
    this.#pump();
  }

  #ready(queue: LegQueue): void {
    queue.state = 'ready';
    queue.target.ready.push(queue);
    this.#enqueueTarget(queue.target);
  }

  #enqueueTarget(target: Target): void {
    if (target.isQueued || target.ready.length === 0) return;
    target.isQueued = true;
    this.#readyTargets.push(target);
  }

  /** Begins as many attempts as may begin now. */
  #pump(): void {
    const { clock, limits } = this.#options;
    const { perTarget, total } = limits();
    for (let left = this.#readyTargets.length; left > 0 && !this.#draining; left--) {
      const target = this.#readyTargets.shift();
      if (target === undefined) break;
      target.isQueued = false;
      const now = clock.monotonic();
      this.#expireReady(target, now);
      if (target.ready.length === 0) continue;
      const blockedMs = target.breaker.blockedFor(now);
      if (blockedMs > 0) {
        this.#wakeTarget(target, blockedMs, now);
        continue;
      }
      if (target.running >= perTarget) continue;
      if (this.#running >= total) {
        this.#enqueueTarget(target);
        break;
      }
      const queue = target.ready.shift();
      if (queue === undefined) continue;
      target.breaker.begin();
      void this.#attempt(queue);
      this.#enqueueTarget(target);
      left = this.#readyTargets.length + 1;
    }
  }

  /** Looks again at a target whose breaker is open, when it may be probed; the end of a probe does so by itself. */
  #wakeTarget(target: Target, blockedMs: number, now: number): void {
    if (!Number.isFinite(blockedMs) || target.wakesAt > now) return;
    target.wakesAt = now + blockedMs;
    this.#timer.set(target.wakesAt, target);
  }

  /** Gives up what has become worthless while it waited, as far as it stands in front. */
  #expireReady(target: Target, now: number): void {
    for (let queue = target.ready[0]; queue !== undefined; queue = target.ready[0]) {
      let first = queue.items[0];
      let given = 0;
      for (; first !== undefined && this.#expireOrSuspend(first, now); first = queue.items[0], given++)
        this.#settle(queue);
      if (first !== undefined && given === 0) return;
      target.ready.shift();
      if (first === undefined) target.legs.delete(queue.key);
      else target.ready.push(queue);
    }
  }

  /** Settles a delivery that nobody wants any more. */
  #expireOrSuspend(item: QueuedDelivery, now: number): boolean {
    if (item.expiresAt <= now) this.#recorder.deadLetter(item, 'expired', 'expired: it could not be delivered in time');
    else if (this.#options.isSuspended(item.ruleId)) this.#recorder.deadLetter(item, 'dead', 'its rule is suspended');
    else return false;
    return true;
  }

  async #attempt(queue: LegQueue): Promise<void> {
    const { target } = queue;
    const item = queue.items[0];
    if (item === undefined) return;
    queue.state = 'running';
    target.running++;
    this.#running++;
    try {
      await this.#send(queue, item);
    } catch (error) {
      target.breaker.probeSkipped();
      this.#options.onUnreadable(error);
      this.#wait(queue, UNREADABLE_MS);
    } finally {
      target.running--;
      this.#running--;
      if (this.#running === 0) this.#idle?.resolve();
      this.#enqueueTarget(target);
      this.#pump();
    }
  }

  async #send(queue: LegQueue, item: QueuedDelivery): Promise<void> {
    const { outbox, policyFor, failPoint } = this.#options;
    const delivery = outbox.read(item);
    if (delivery === undefined) {
      // Somebody has discarded it.
      queue.target.breaker.probeSkipped();
      this.#settle(queue);
      this.#next(queue);
      return;
    }
    failPoint?.('before send');
    const attempted = await attempt(delivery, policyFor(item.ruleId, item.event), this.#options);
    failPoint?.('after answer');
    this.#conclude(queue, item, delivery, attempted);
  }

  #conclude(queue: LegQueue, item: QueuedDelivery, delivery: Delivery, attempted: CompletedAttempt): void {
    const { clock, outbox, policyFor, onSuspended } = this.#options;
    const { result } = attempted;
    const now = clock.monotonic();
    if (isTargetTrouble(result)) queue.target.breaker.failed(now);
    else queue.target.breaker.succeeded();
    const outcome = outcomeOf(result, item.refusals, clock.now());
    item.attempts++;
    if (isRefusal(result)) item.refusals++;
    if (outcome.outcome !== 'retry') {
      this.#recorder.attempted(item, delivery, attempted, outcome);
      this.#settle(queue);
      if (outcome.outcome === 'dead' && outcome.suspend) {
        outbox.write({ suspend: { ruleId: item.ruleId, since: clock.now(), reason: outcome.reason } });
        onSuspended(item.ruleId, outcome.reason);
      }
      this.#next(queue);
      return;
    }
    const { schedule } = policyFor(item.ruleId, item.event);
    const age = schedule.expireMs - (item.expiresAt - now);
    const tries = item.attempts - item.attemptsBeforeWindow;
    const next = nextTryMs(schedule, tries, age, outcome.notBeforeMs, clock.random());
    // With no try left it waits for its end: until then what follows in its leg is held back.
    const wait = Math.max(0, (next ?? schedule.expireMs) - age);
    this.#recorder.attempted(item, delivery, attempted, outcome, Math.round(clock.now() + wait), next === undefined);
    this.#wait(queue, wait);
  }

  /** The first delivery of a leg is settled. */
  #settle(queue: LegQueue): void {
    const item = queue.items.shift();
    if (item !== undefined) this.#known.delete(item.id);
  }

  #next(queue: LegQueue): void {
    if (queue.items.length === 0) queue.target.legs.delete(queue.key);
    else this.#wait(queue, 0);
  }
}
