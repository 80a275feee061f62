import { isUntriedHangup } from '../pending-delivery.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import {
  insert,
  type LegQueue,
  type QueuedDelivery,
  type Target,
  type Turn,
  takeMisplaced,
  takeReady,
} from './leg-queue.ts';
import { Slots, SlotUse } from './slots.ts';
import type { Limits, TargetLoad } from './target-load.ts';
import { TimerHeap } from './timer-heap.ts';

/**
 * Decides which delivery comes next. It has neither promises nor a clock: times are parameters, by the monotonic clock.
 *
 * A leg's queue *waits* until its first delivery is due, is then *ready*, and *runs* from its turn until that is over:
 * settled, or postponed. Targets with something ready take turns; a target whose breaker is open or whose limit is
 * reached is passed over until that changes.
 */
export class TargetQueues {
  readonly #sendsNothing: (ruleId: string, event: QueuedDelivery['event']) => boolean;
  readonly #targets = new Map<string, Target>();
  /** Targets with something ready, the next in turn first. */
  readonly #readyTargets: Target[] = [];
  /** Legs that wait, and targets whose breaker is open, by when they are looked at again. */
  readonly #waiting = new TimerHeap<LegQueue | Target>();
  readonly #queued = new Map<string, { item: QueuedDelivery; queue: LegQueue }>();
  readonly #slots = new Slots();
  /** Legs with deliveries that have to go to another target, but whose first delivery is on its way. */
  readonly #misplaced = new Set<LegQueue>();

  /** @param sendsNothing whether a rule is suspended, disabled or gone */
  constructor(sendsNothing: (ruleId: string, event: QueuedDelivery['event']) => boolean) {
    this.#sendsNothing = sendsNothing;
  }

  /** Deliveries that are not settled. */
  get size(): number {
    return this.#queued.size;
  }

  /** The number of attempts under way. */
  get running(): number {
    return this.#slots.running;
  }

  /** When the next waiting leg or target is due; Infinity: nothing waits. */
  get nextDue(): number {
    return this.#waiting.nextDue;
  }

  /** What is not settled; of each leg in its order. */
  *items(): Generator<QueuedDelivery> {
    for (const { legs } of this.#targets.values()) for (const { items } of legs.values()) yield* items;
  }

  get ids(): Iterable<string> {
    return this.#queued.keys();
  }

  /** When the oldest first delivery of a leg began, milliseconds since 1970; absent: there is none. */
  get oldestStartedAt(): number | undefined {
    let oldest: number | undefined;
    for (const { legs } of this.#targets.values())
      for (const { items } of legs.values()) {
        const startedAt = items[0]?.windowStartedAt;
        if (startedAt !== undefined && (oldest === undefined || startedAt < oldest)) oldest = startedAt;
      }
    return oldest;
  }

  find(id: string): QueuedDelivery | undefined {
    return this.#queued.get(id)?.item;
  }

  /** Targets that have something to do, or are left alone. */
  *loads(now: number): Generator<TargetLoad> {
    for (const { name, breaker, use, ready } of this.#targets.values()) {
      const busy = use.running + ready.length;
      const isLeftAlone = breaker.blockedFor(now) > 0;
      if (busy > 0 || isLeftAlone) yield { name, busy, slotMs: use.slotMs(now), isLeftAlone };
    }
  }

  /** Takes out what is ready for targets that are left alone, so that somebody else may have it. @returns its ids */
  takeBack(now: number): string[] {
    const ids: string[] = [];
    for (const { ready, breaker, legs } of this.#targets.values()) {
      if (ready.length === 0 || breaker.blockedFor(now) === 0) continue;
      for (const { key, items } of ready.splice(0)) {
        legs.delete(key);
        ids.push(...items.map(({ id }) => id));
      }
    }
    for (const id of ids) this.#queued.delete(id);
    return ids;
  }

  /** @param dueAt when it may be sent, once it is the first of its leg */
  add(item: QueuedDelivery, dueAt: number, now: number): void {
    const target = this.#targetOf(item.target);
    let queue = this.#comesBehind(item) ?? target.legs.get(item.legKey);
    if (queue === undefined) {
      // A list that begins empty has room for seventeen.
      queue = { target, key: item.legKey, items: [item], state: 'waiting', dueAt: now };
      target.legs.set(item.legKey, queue);
    } else insert(queue, item);
    this.#queued.set(item.id, { item, queue });
    // A leg that is ready or runs gets to it by itself.
    if (queue.items[0] === item && queue.state === 'waiting') this.postpone(queue, dueAt, now);
  }

  /**
   * Moves deliveries to the queues of their present targets, in the order in which they were made. They are due at
   * once: nothing was tried there yet. A leg whose first delivery is on its way stays until that is over, and later
   * deliveries for the same target wait with it, so that none overtakes another.
   */
  retarget(targetOf: (item: QueuedDelivery) => string, now: number): void {
    const moved: QueuedDelivery[] = [];
    for (const { legs } of this.#targets.values())
      for (const queue of legs.values()) {
        for (const item of queue.items) item.target = targetOf(item);
        if (queue.state !== 'running') moved.push(...this.#leave(queue, now));
        else if (queue.items.some(({ target }) => target !== queue.target.name)) this.#misplaced.add(queue);
      }
    for (const item of moved.sort((a, b) => a.order - b.order)) this.add(item, now, now);
  }

  /** Removes a delivery that was settled elsewhere; one whose turn it is ends its turn first. */
  remove(id: string, now: number): void {
    const queued = this.#queued.get(id);
    if (queued === undefined) return;
    const { item, queue } = queued;
    const isFirst = queue.items[0] === item;
    if (isFirst && queue.state === 'running') return;
    queue.items.splice(queue.items.indexOf(item), 1);
    this.#queued.delete(id);
    if (isFirst && queue.state === 'waiting') this.#goOn(queue, now);
  }

  /** Changes when a waiting delivery is due. */
  reschedule(id: string, dueAt: number, now: number): void {
    const queued = this.#queued.get(id);
    if (queued === undefined) return;
    const { item, queue } = queued;
    if (queue.state === 'waiting' && queue.items[0] === item) this.postpone(queue, dueAt, now);
  }

  /**
   * Takes the next turn; its leg runs from now on. To be called until there is none, whenever something has changed.
   * @returns `undefined` when nothing may be done now
   */
  next(now: number, limits: Limits): Turn | undefined {
    this.#wake(now);
    let at = 0;
    for (let target = this.#readyTargets[at]; target !== undefined; target = this.#readyTargets[at]) {
      const action = this.#actionInFront(target, now);
      if (action === 'send') {
        const blockedMs = target.breaker.blockedFor(now);
        if (blockedMs > 0) {
          this.#unqueue(at);
          this.#wakeIn(target, blockedMs, now);
          continue;
        }
        if (target.use.running >= limits.perTarget) {
          this.#unqueue(at);
          continue;
        }
        // It keeps its place among the targets that wait for a slot.
        if (!this.#slots.isFreeFor(target.use, now, limits.total)) {
          at++;
          continue;
        }
      }
      this.#unqueue(at);
      if (action === undefined) continue;
      const turn = takeReady(target, action, now);
      if (turn !== undefined && action === 'send') {
        target.breaker.begin(turn);
        this.#slots.take(target.use, now);
      }
      this.#enqueue(target);
      if (turn !== undefined) return turn;
    }
    return undefined;
  }

  /** An attempt has ended: its slot is free. */
  release({ queue: { target }, beganAt }: Turn, now: number): void {
    this.#slots.release(target.use, beganAt, now);
    this.#enqueue(target);
  }

  /** The first delivery of a leg that runs is settled. */
  settle(queue: LegQueue, now: number): void {
    const item = queue.items.shift();
    if (item !== undefined) this.#queued.delete(item.id);
    this.#goOn(queue, now);
    this.#moveOn(queue, now);
  }

  /** The first delivery of a leg is due later. */
  postpone(queue: LegQueue, dueAt: number, now: number): void {
    queue.state = 'waiting';
    queue.dueAt = dueAt;
    if (dueAt > now) this.#waiting.push(dueAt, queue);
    else this.#makeReady(queue);
    this.#moveOn(queue, now);
  }

  /**
   * Whether it would overtake deliveries of its leg that have to go to its target, but are still in another target's
   * queue.
   */
  #comesBehind({ legKey, target }: QueuedDelivery): LegQueue | undefined {
    for (const queue of this.#misplaced)
      if (queue.key === legKey && queue.items.some((item) => item.target === target)) return queue;
    return undefined;
  }

  /** The turn of a leg is over: deliveries that had to stay meanwhile go to their present targets. */
  #moveOn(queue: LegQueue, now: number): void {
    if (!this.#misplaced.delete(queue)) return;
    for (const item of this.#leave(queue, now)) this.add(item, now, now);
  }

  /** Removes the deliveries that have to go to another target from a leg that does not run. */
  #leave(queue: LegQueue, now: number): QueuedDelivery[] {
    const [first] = queue.items;
    const leaving = takeMisplaced(queue);
    for (const { id } of leaving) this.#queued.delete(id);
    // A leg that is ready and empty is dropped when its turn comes.
    if (queue.state === 'waiting' && queue.items[0] !== first) this.#goOn(queue, now);
    return leaving;
  }

  #targetOf(name: string): Target {
    let target = this.#targets.get(name);
    if (target === undefined) {
      const [breaker, use] = [new CircuitBreaker(), new SlotUse()];
      target = { name, breaker, use, legs: new Map(), ready: [], isQueued: false, wakesAt: 0 };
      this.#targets.set(name, target);
    }
    return target;
  }

  #goOn(queue: LegQueue, now: number): void {
    if (queue.items.length === 0) queue.target.legs.delete(queue.key);
    else this.postpone(queue, now, now);
  }

  #makeReady(queue: LegQueue): void {
    queue.state = 'ready';
    queue.target.ready.push(queue);
    this.#enqueue(queue.target);
  }

  #enqueue(target: Target): void {
    if (target.isQueued || target.ready.length === 0) return;
    target.isQueued = true;
    this.#readyTargets.push(target);
  }

  #unqueue(at: number): void {
    for (const target of this.#readyTargets.splice(at, 1)) target.isQueued = false;
  }

  #wake(now: number): void {
    for (let due = this.#waiting.shift(now); due !== undefined; due = this.#waiting.shift(now)) {
      if ('breaker' in due) this.#enqueue(due);
      // It may have been postponed to another time since.
      else if (due.state === 'waiting' && due.dueAt <= now && due.items.length > 0) this.#makeReady(due);
    }
  }

  /** Schedules a look at a target whose breaker is open, for when it may be probed; the end of a probe needs none. */
  #wakeIn(target: Target, blockedMs: number, now: number): void {
    const wakesAt = now + blockedMs;
    // One that is scheduled for earlier looks again by itself; one for later is of a pause that is over.
    if (!Number.isFinite(blockedMs) || (target.wakesAt > now && target.wakesAt <= wakesAt)) return;
    target.wakesAt = wakesAt;
    this.#waiting.push(target.wakesAt, target);
  }

  /** The action for the first ready delivery of a target; absent: none is ready. Drops empty queues. */
  #actionInFront(target: Target, now: number): Turn['action'] | undefined {
    for (let queue = target.ready[0]; queue !== undefined; queue = target.ready[0]) {
      const [first] = queue.items;
      if (first !== undefined) {
        if (first.expiresAt <= now && !(isUntriedHangup(first) && target.breaker.state === 'closed')) return 'expire';
        return this.#sendsNothing(first.ruleId, first.event) ? 'drop' : 'send';
      }
      target.ready.shift();
      target.legs.delete(queue.key);
    }
    return undefined;
  }
}
