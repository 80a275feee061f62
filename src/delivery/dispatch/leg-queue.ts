import type { PendingDelivery } from '../pending-delivery.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { SlotUse } from './slots.ts';

/** A delivery on its way. */
export interface QueuedDelivery extends PendingDelivery {
  /** By the monotonic clock. */
  expiresAt: number;
  /** Its place in the order in which all deliveries were made. */
  order: number;
}

/**
 * The deliveries of one leg to one target, in order: only the first is ever on its way. While it is, the queue may
 * contain deliveries that have to go to another target now.
 */
export interface LegQueue {
  readonly target: Target;
  readonly key: string;
  readonly items: QueuedDelivery[];
  state: 'waiting' | 'ready' | 'running';
  /** When the first delivery is due, by the monotonic clock. */
  dueAt: number;
}

/** Where requests go: a scheme, host and port. */
export interface Target {
  readonly name: string;
  readonly breaker: CircuitBreaker;
  readonly use: SlotUse;
  readonly legs: Map<string, LegQueue>;
  readonly ready: LegQueue[];
  /** Whether the target is in the list of targets with a ready leg. */
  isQueued: boolean;
  wakesAt: number;
}

/** What is to be done now with the first delivery of a leg. */
export interface Turn {
  queue: LegQueue;
  item: QueuedDelivery;
  /** `expire`, and `drop` for a rule that sends nothing: the delivery becomes a dead letter, and needs no slot. */
  action: 'send' | 'expire' | 'drop';
  beganAt: number;
}

/** Inserts a delivery in its order; a delivery whose turn it is stays in front. */
export function insert({ items, state }: LegQueue, item: QueuedDelivery): void {
  let at = items.length;
  const first = state === 'running' ? 1 : 0;
  for (
    let before = items[at - 1];
    at > first && before !== undefined && before.order > item.order;
    before = items[at - 1]
  )
    at--;
  items.splice(at, 0, item);
}

/** Removes the deliveries that have to go to another target now. */
export function takeMisplaced({ items, target }: LegQueue): QueuedDelivery[] {
  const leaving = items.filter((item) => item.target !== target.name);
  if (leaving.length === 0) return leaving;
  const staying = items.filter((item) => item.target === target.name);
  items.splice(0, items.length, ...staying);
  return leaving;
}

/** Removes the first ready leg of a target. */
export function takeReady(target: Target, action: Turn['action'], beganAt: number): Turn | undefined {
  const queue = target.ready.shift();
  const item = queue?.items[0];
  if (queue === undefined || item === undefined) return undefined;
  queue.state = 'running';
  return { queue, item, action, beganAt };
}
