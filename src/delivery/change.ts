import type { Delivery, DeliveryKey } from './delivery.ts';

/** One request that was sent for a delivery, for the record. */
export interface AttemptRecord extends DeliveryKey {
  number: number;
  at: number;
  durationMs: number;
  status: number | undefined;
  outcome: 'delivered' | 'retry' | 'dead';
  reason: string | undefined;
  answer: string | undefined;
  /** How many of the attempts so far were refused, this one counted. */
  refusals: number;
  /** When the next one is due; absent when there is none. */
  nextAt: number | undefined;
}

/** A delivery that becomes a dead letter without another attempt. */
export interface DeadLetter extends DeliveryKey {
  at: number;
  reason: string;
}

/** What changes together, in one transaction. To write it twice is the same as to write it once. */
export interface Change {
  /** Calls whose open legs changed: what to keep of them, `undefined` when nothing is left. */
  calls?: readonly { callId: string; state: unknown }[];
  deliveries?: readonly Delivery[];
  attempts?: readonly AttemptRecord[];
  deadLetters?: readonly DeadLetter[];
  suspend?: { ruleId: string; since: number; reason: string };
  facts?: Readonly<Record<string, string>>;
  /** Called once it is on disk. */
  written?: () => void;
}
