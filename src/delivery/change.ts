import type { Delivery, DeliveryKey } from './delivery.ts';

/** What a delivery's request consists of. */
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
  /** How many of the attempts so far were refused, this one counted. */
  refusals: number;
  /** When the next one is due; absent when there is none. */
  nextAt: number | undefined;
  /** What was sent, where it is not what the outbox has: its rule has changed since. */
  remade?: RequestMade;
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
  /** Pending deliveries that are in the shared queue now. */
  moved?: readonly DeliveryKey[];
  suspend?: { ruleId: string; since: number; reason: string };
  facts?: Readonly<Record<string, string>>;
  /** Called once it is on disk. */
  written?: () => void;
}
