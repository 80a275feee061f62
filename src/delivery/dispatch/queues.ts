import type { PendingDelivery } from '../outbox/pending-delivery.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

/** A delivery on its way. */
export interface QueuedDelivery extends PendingDelivery {
  /** By the monotonic clock. */
  expiresAt: number;
}

/** The deliveries of one leg to one target, in order: only the first is ever on its way. */
export interface LegQueue {
  target: Target;
  key: string;
  items: QueuedDelivery[];
  state: 'waiting' | 'ready' | 'running';
  /** By the monotonic clock: until when it waits. */
  dueAt: number;
}

/** Where requests go: a scheme, host and port. */
export interface Target {
  name: string;
  breaker: CircuitBreaker;
  running: number;
  legs: Map<string, LegQueue>;
  ready: LegQueue[];
  /** It stands among the targets that have something ready. */
  isQueued: boolean;
  wakesAt: number;
}
