import { Breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { Delivery } from './delivery.ts';
import { DueQueue } from './due-queue.ts';
import type { Attempt, Outbox, Pending } from './outbox.ts';
import { type AttemptResult, isRefusal, isTargetTrouble, type Outcome, outcomeOf } from './outcome.ts';
import { nextTryMs, type Schedule } from './retry-policy.ts';
import type { SendRequest } from './sender.ts';
import { signatureHeaders } from './signature.ts';

/** How one rule's deliveries are sent. */
export interface Policy {
  schedule: Schedule;
  timeoutMs: number;
  /** Signs with these; none: unsigned. */
  secrets: readonly string[];
}

/** What one attempt came to, for log and metrics. */
export interface AttemptReport {
  delivery: Pick<Delivery, 'id' | 'callId' | 'extension' | 'event' | 'eventId' | 'url' | 'target'>;
  attempt: number;
  status: number | undefined;
  durationMs: number;
  outcome: Attempt['outcome'];
  reason: string | undefined;
  nextAttemptAt: number | undefined;
}

export interface DispatcherOptions {
  outbox: Outbox;
  send(request: SendRequest): Promise<AttemptResult>;
  /** As configured now, for a rule that may have changed or gone since. */
  policyFor(eventId: string, event: Delivery['event']): Policy;
  /** Attempts at once, to one target and in all. */
  limits(): { perTarget: number; total: number };
  clock: Clock;
  onAttempt(report: AttemptReport): void;
  /** A receiver answered 410: its rule sends nothing more until it is resumed. */
  onSuspended?: (eventId: string, reason: string) => void;
  /** Steps at which the fault tests kill the process; nothing in production. */
  step?: (name: 'before send' | 'after answer') => void;
}

/** The deliveries of one leg to one target, in order: only the first is ever on its way. */
interface LegQueue {
  target: Target;
  key: string;
  items: Item[];
  state: 'waiting' | 'ready' | 'running';
}

interface Item extends Pending {
  /** By the monotonic clock. */
  expiresAt: number;
}

interface Target {
  name: string;
  breaker: Breaker;
  running: number;
  legs: Map<string, LegQueue>;
  ready: LegQueue[];
  /** It stands among the targets that have something ready. */
  listed: boolean;
  wakesAt: number;
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
  readonly #targets = new Map<string, Target>();
  /** Targets with something ready, the next in turn first. */
  readonly #turns: Target[] = [];
  readonly #due = new DueQueue<LegQueue | Target>();
  readonly #known = new Set<string>();
  #timer: { cancel(): void } | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #running = 0;
  #draining = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Deliveries on their way, and how old the oldest is in milliseconds. */
  get queue(): { depth: number; oldestMs: number; running: number } {
    let created = Number.POSITIVE_INFINITY;
    for (const { legs } of this.#targets.values())
      for (const { items } of legs.values()) created = Math.min(created, items[0]?.createdAt ?? created);
    const oldestMs = created === Number.POSITIVE_INFINITY ? 0 : Math.max(0, this.#options.clock.now() - created);
    return { depth: this.#known.size, oldestMs, running: this.#running };
  }

  /** For how many milliseconds something has been due and was not looked at: 0 while all is well. For the watchdog. */
  get overdueMs(): number {
    return this.#draining ? 0 : Math.max(0, this.#options.clock.monotonic() - this.#due.nextDue);
  }

  /** Takes up what an earlier run, or a command beside this one, has left pending. */
  takeUp(pending: readonly Pending[]): void {
    for (const one of pending) this.add(one);
  }

  /** A delivery that is on disk. */
  add(pending: Omit<Pending, 'seq'> & { seq?: number }): void {
    if (this.#known.has(pending.id)) return;
    this.#known.add(pending.id);
    const { clock, policyFor } = this.#options;
    const { expireMs } = policyFor(pending.eventId, pending.event).schedule;
    // Clamped: after the clock was set back a delivery may seem to come from the future.
    const age = Math.min(Math.max(clock.now() - pending.createdAt, 0), expireMs);
    const item: Item = { seq: 0, ...pending, expiresAt: clock.monotonic() + expireMs - age };
    const target = this.#target(pending.target);
    const leg = target.legs.get(pending.legKey);
    if (leg !== undefined) {
      leg.items.push(item);
      return;
    }
    const queue: LegQueue = { target, key: pending.legKey, items: [item], state: 'waiting' };
    target.legs.set(pending.legKey, queue);
    const wait = pending.nextAt === undefined ? 0 : Math.min(Math.max(pending.nextAt - clock.now(), 0), expireMs);
    this.#wait(queue, wait);
  }

  /** Begins no more attempts, and lets those that run come to their end. @returns whether all did, in time */
  async drain(withinMs: number): Promise<boolean> {
    this.#draining = true;
    if (this.#running === 0) return true;
    this.#idle ??= Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(withinMs, late.resolve);
    await Promise.race([this.#idle.promise, late.promise]);
    timer.cancel();
    return this.#running === 0;
  }

  #target(name: string): Target {
    let target = this.#targets.get(name);
    if (target === undefined) {
      target = { name, breaker: new Breaker(), running: 0, legs: new Map(), ready: [], listed: false, wakesAt: 0 };
      this.#targets.set(name, target);
    }
    return target;
  }

  #wait(queue: LegQueue, ms: number): void {
    queue.state = 'waiting';
    if (ms <= 0) {
      this.#ready(queue);
      this.#pump();
      return;
    }
    this.#wakeAt(this.#options.clock.monotonic() + ms, queue);
  }

  #wakeAt(due: number, what: LegQueue | Target): void {
    this.#due.push(due, what);
    if (due >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = due;
    this.#timer = this.#options.clock.after(due - this.#options.clock.monotonic(), () => this.#turn());
  }

  #turn(): void {
    const now = this.#options.clock.monotonic();
    this.#timerAt = Number.POSITIVE_INFINITY;
    for (let what = this.#due.shift(now); what !== undefined; what = this.#due.shift(now)) {
      if ('breaker' in what) this.#list(what);
      else if (what.state === 'waiting') this.#ready(what);
    }
    if (this.#due.size > 0) {
      this.#timerAt = this.#due.nextDue;
      this.#timer = this.#options.clock.after(this.#timerAt - now, () => this.#turn());
    }
    this.#pump();
  }

  #ready(queue: LegQueue): void {
    queue.state = 'ready';
    queue.target.ready.push(queue);
    this.#list(queue.target);
  }

  #list(target: Target): void {
    if (target.listed || target.ready.length === 0) return;
    target.listed = true;
    this.#turns.push(target);
  }

  /** Begins as many attempts as may begin now. */
  #pump(): void {
    const { clock, limits } = this.#options;
    const { perTarget, total } = limits();
    for (let left = this.#turns.length; left > 0 && !this.#draining; left--) {
      const target = this.#turns.shift();
      if (target === undefined) break;
      target.listed = false;
      const now = clock.monotonic();
      this.#expire(target, now);
      if (target.ready.length === 0) continue;
      const blockedMs = target.breaker.blockedFor(now);
      if (blockedMs > 0) {
        this.#wakeTarget(target, blockedMs, now);
        continue;
      }
      if (target.running >= perTarget) continue;
      if (this.#running >= total) {
        this.#list(target);
        break;
      }
      const queue = target.ready.shift();
      if (queue === undefined) continue;
      target.breaker.begin();
      void this.#attempt(queue);
      this.#list(target);
      left = this.#turns.length + 1;
    }
  }

  /** Looks again at a target whose breaker is open, when it may be probed; the end of a probe does so by itself. */
  #wakeTarget(target: Target, blockedMs: number, now: number): void {
    if (!Number.isFinite(blockedMs) || target.wakesAt > now) return;
    target.wakesAt = now + blockedMs;
    this.#wakeAt(target.wakesAt, target);
  }

  /** Gives up what has become worthless while it waited, as far as it stands in front. */
  #expire(target: Target, now: number): void {
    for (let queue = target.ready[0]; queue !== undefined; queue = target.ready[0]) {
      let first = queue.items[0];
      if (first !== undefined && first.expiresAt > now) return;
      while (first !== undefined && first.expiresAt <= now) {
        this.#settle(queue, first, 'expired', 'expired: it could not be delivered in time', undefined, 0, undefined);
        first = queue.items[0];
      }
      target.ready.shift();
      if (first === undefined) target.legs.delete(queue.key);
      else target.ready.push(queue);
    }
  }

  async #attempt(queue: LegQueue): Promise<void> {
    const { outbox, clock, policyFor, send, step } = this.#options;
    const { target } = queue;
    const item = queue.items[0];
    if (item === undefined) return;
    queue.state = 'running';
    target.running++;
    this.#running++;
    const startedAt = clock.now();
    const started = clock.monotonic();
    let result: AttemptResult | undefined;
    const delivery = outbox.read(item.id);
    if (delivery !== undefined) {
      const policy = policyFor(item.eventId, item.event);
      step?.('before send');
      result = await send({
        method: delivery.method,
        url: delivery.url,
        headers: {
          ...delivery.headers,
          'webhook-id': delivery.id,
          ...(policy.secrets.length > 0 &&
            signatureHeaders(delivery.id, delivery.body ?? '', policy.secrets, startedAt)),
        },
        body: delivery.body,
        timeoutMs: policy.timeoutMs,
      });
      step?.('after answer');
    }
    target.running--;
    this.#running--;
    if (delivery === undefined || result === undefined) this.#forget(queue, item);
    else this.#conclude(queue, item, delivery, result, startedAt, Math.round(clock.monotonic() - started));
    if (this.#running === 0) this.#idle?.resolve();
    this.#list(target);
    this.#pump();
  }

  #conclude(
    queue: LegQueue,
    item: Item,
    delivery: Delivery,
    result: AttemptResult,
    at: number,
    durationMs: number,
  ): void {
    const { clock, policyFor, onSuspended } = this.#options;
    const { breaker } = queue.target;
    const now = clock.monotonic();
    if (isTargetTrouble(result)) breaker.failed(now);
    else breaker.succeeded();
    const outcome: Outcome = outcomeOf(result, item.refusals, clock.now());
    item.attempts++;
    if (isRefusal(result)) item.refusals++;
    const status = result.kind === 'answer' ? result.status : undefined;
    const detail = {
      at,
      status,
      answer: result.kind === 'answer' ? result.answer : undefined,
      refused: isRefusal(result),
    };
    if (outcome.outcome !== 'retry') {
      const reason = outcome.outcome === 'dead' ? outcome.reason : undefined;
      this.#settle(queue, item, outcome.outcome, reason, delivery, durationMs, detail);
      if (outcome.outcome === 'dead' && outcome.suspend) {
        this.#options.outbox.write({ suspend: { eventId: item.eventId, since: clock.now(), reason: outcome.reason } });
        onSuspended?.(item.eventId, outcome.reason);
      }
      this.#continue(queue);
      return;
    }
    const { schedule } = policyFor(item.eventId, item.event);
    const age = schedule.expireMs - (item.expiresAt - now);
    const next = nextTryMs(schedule, item.attempts, age, outcome.notBeforeMs, clock.random());
    // With no try left it waits for its end: until then what follows in its leg is held back.
    const wait = Math.max(0, (next ?? schedule.expireMs) - age);
    const dueAt = Math.round(clock.now() + wait);
    this.#record(
      item,
      'retry',
      outcome.reason,
      delivery,
      durationMs,
      detail,
      dueAt,
      next === undefined ? undefined : dueAt,
    );
    this.#wait(queue, wait);
  }

  #continue(queue: LegQueue): void {
    if (queue.items.length === 0) queue.target.legs.delete(queue.key);
    else this.#wait(queue, 0);
  }

  #forget(queue: LegQueue, item: Item): void {
    queue.items.shift();
    this.#known.delete(item.id);
    this.#continue(queue);
  }

  #settle(
    queue: LegQueue,
    item: Item,
    outcome: 'delivered' | 'dead' | 'expired',
    reason: string | undefined,
    delivery: Delivery | undefined,
    durationMs: number,
    detail: AttemptDetail | undefined,
  ): void {
    queue.items.shift();
    this.#known.delete(item.id);
    this.#record(item, outcome, reason, delivery, durationMs, detail, undefined, undefined);
  }

  #record(
    item: Item,
    outcome: Attempt['outcome'],
    reason: string | undefined,
    delivery: Delivery | undefined,
    durationMs: number,
    detail: AttemptDetail | undefined,
    dueAt: number | undefined,
    nextAttemptAt: number | undefined,
  ): void {
    const { outbox, clock, onAttempt } = this.#options;
    const shown = delivery ?? outbox.read(item.id);
    outbox.write({
      attempts: [
        {
          id: item.id,
          number: item.attempts,
          at: detail?.at ?? clock.now(),
          durationMs,
          status: detail?.status,
          outcome,
          reason,
          answer: detail?.answer,
          refused: detail?.refused ?? false,
          nextAt: dueAt,
        },
      ],
    });
    onAttempt({
      delivery: {
        id: item.id,
        event: item.event,
        eventId: item.eventId,
        target: item.target,
        callId: shown?.callId ?? '',
        extension: shown?.extension ?? '',
        url: shown?.url ?? '',
      },
      attempt: item.attempts,
      status: detail?.status,
      durationMs,
      outcome,
      reason,
      nextAttemptAt,
    });
  }
}

interface AttemptDetail {
  at: number;
  status: number | undefined;
  answer: string | undefined;
  refused: boolean;
}
