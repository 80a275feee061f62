import type { Clock } from '../clock.ts';
import type { Delivery, DeliveryKey } from '../delivery.ts';
import type { AttemptResult } from '../http/attempt-result.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { CompletedAttempt } from './attempt.ts';
import type { Outcome } from './outcome.ts';
import type { QueuedDelivery } from './queues.ts';

/** What one attempt came to, or that a delivery was given up without one; for log and metrics. */
export interface AttemptReport {
  delivery: Pick<Delivery, 'id' | 'callId' | 'extension' | 'event' | 'ruleId' | 'url' | 'target'>;
  /** How many there were, this one counted. */
  attempt: number;
  /** Whether a request was sent; `false`: it was given up without one. */
  sent: boolean;
  status: number | undefined;
  durationMs: number;
  outcome: 'delivered' | 'retry' | 'dead' | 'expired';
  reason: string | undefined;
  nextAttemptAt: number | undefined;
}

export interface RecorderOptions {
  outbox: Outbox;
  clock: Clock;
  onAttempt(report: AttemptReport): void;
}

/** Writes down what became of deliveries, in the outbox, and tells it. */
export class AttemptRecorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /**
   * @param item with this attempt counted already
   * @param dueAt when something is to be done about it again, milliseconds since 1970; absent: never
   * @param isLast nothing more is tried: what is due is its end
   */
  attempted(
    item: QueuedDelivery,
    delivery: Delivery,
    { result, at, durationMs }: CompletedAttempt,
    outcome: Outcome,
    dueAt?: number,
    isLast = false,
  ): void {
    const reason = outcome.outcome === 'delivered' ? undefined : outcome.reason;
    this.#options.outbox.write({
      attempts: [
        {
          callId: item.callId,
          id: item.id,
          number: item.attempts,
          at,
          durationMs,
          status: statusOf(result),
          outcome: outcome.outcome,
          reason,
          answer: result.kind === 'answer' ? result.answer : undefined,
          refusals: item.refusals,
          nextAt: dueAt,
        },
      ],
    });
    this.#options.onAttempt({
      delivery,
      attempt: item.attempts,
      sent: true,
      status: statusOf(result),
      durationMs,
      outcome: outcome.outcome,
      reason,
      nextAttemptAt: isLast ? undefined : dueAt,
    });
  }

  /** It becomes a dead letter without another attempt. */
  deadLetter(item: QueuedDelivery, outcome: 'dead' | 'expired', reason: string): void {
    const { outbox, clock, onAttempt } = this.#options;
    const { callId, id } = item;
    const delivery = readable(outbox, item);
    outbox.write({ deadLetters: [{ callId, id, at: clock.now(), reason }] });
    onAttempt({
      delivery: { extension: '', url: '', ...item, ...delivery },
      attempt: item.attempts,
      sent: false,
      status: undefined,
      durationMs: 0,
      outcome,
      reason,
      nextAttemptAt: undefined,
    });
  }
}

const statusOf = (result: AttemptResult) => (result.kind === 'answer' ? result.status : undefined);

/** A delivery as far as it can be read; what is told of it is not worth failing. */
function readable(outbox: Outbox, key: DeliveryKey): Delivery | undefined {
  try {
    return outbox.read(key);
  } catch {
    return undefined;
  }
}
