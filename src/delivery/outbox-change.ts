import type { Delivery, DeliveryKey } from './delivery.ts';

/** The request of a delivery. */
export type RequestMade = Pick<Delivery, 'target' | 'method' | 'url' | 'headers' | 'body'>;

/** One request that was sent for a delivery, for the record. */
export interface AttemptRecord extends DeliveryKey {
  number: number;
  at: number;
  durationMs: number;
  status: number | undefined;
  outcome: 'delivered' | 'retry' | 'dead';
  reason: string | undefined;
  answer: string | undefined;
  /** The answer's headers; absent: there was no answer, or only its status line was read. */
  headers?: Readonly<Record<string, string>>;
  /** How many attempts so far were refused, including this one. */
  refusals: number;
  /** When the next attempt is due; absent when there is none. */
  nextAt: number | undefined;
  /** The request that was sent, where it differs from the stored one: the rule has changed since. */
  remade?: RequestMade;
}

/** A delivery that becomes a dead letter without another attempt. */
export interface DeadLetter extends DeliveryKey {
  at: number;
  reason: string;
}

/** A change to the outbox, written in one transaction. Writing it twice is the same as writing it once. */
export interface OutboxChange {
  /** Calls whose open legs changed: the state to keep, `undefined` when no leg is open. */
  calls?: readonly { callId: string; state: unknown }[];
  deliveries?: readonly Delivery[];
  attempts?: readonly AttemptRecord[];
  deadLetters?: readonly DeadLetter[];
  /** Pending deliveries that are in the shared queue now. */
  moved?: readonly DeliveryKey[];
  suspend?: { ruleId: string; since: number; reason: string };
  facts?: Readonly<Record<string, string>>;
  /** Called once it is on disk. */
  written?: () => void;
}
