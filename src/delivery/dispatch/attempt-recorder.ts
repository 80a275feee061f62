import type { Clock } from '../clock.ts';
import type { Delivery } from '../delivery.ts';
import type { AttemptResult } from '../http/attempt-result.ts';
import type { OutboxStore } from '../store.ts';
import type { CompletedAttempt } from './attempt.ts';
import type { QueuedDelivery } from './leg-queue.ts';
import type { Outcome } from './outcome.ts';

/** The result of an attempt, or a delivery that became a dead letter without one; for log and metrics. */
export interface AttemptReport {
  delivery: Pick<Delivery, 'id' | 'callId' | 'extension' | 'event' | 'ruleId' | 'url' | 'target' | 'callEvent'>;
  /** The number of attempts so far, including this one. */
  attempt: number;
  /** Whether a request was sent; `false`: the delivery became a dead letter without an attempt. */
  sent: boolean;
  status: number | undefined;
  durationMs: number;
  outcome: 'delivered' | 'retry' | 'dead' | 'expired';
  reason: string | undefined;
  nextAttemptAt: number | undefined;
}

export interface RecorderOptions {
  outbox: Pick<OutboxStore, 'write'>;
  clock: Clock;
  onAttempt(report: AttemptReport): void;
}

/** Records the results of attempts in the outbox, and reports them. */
export class AttemptRecorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /**
   * @param item with this attempt counted already
   * @param rest `dueAt`: when the next attempt or the expiry is due, milliseconds since 1970; absent: never. `isLast`:
   * there is no further attempt, and the expiry is due. `isAsStored`: the sent request is the one in the outbox
   */
  attempted(
    item: QueuedDelivery,
    delivery: Delivery,
    { result, at, durationMs }: CompletedAttempt,
    outcome: Outcome,
    { isAsStored, dueAt, isLast = false }: { isAsStored: boolean; dueAt?: number; isLast?: boolean },
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
          ...(result.kind === 'answer' && result.headers !== undefined && { headers: result.headers }),
          refusals: item.refusals,
          nextAt: dueAt,
          ...(!isAsStored && { remade: delivery }),
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

  /**
   * Makes a dead letter of a delivery, without another attempt.
   * @param delivery absent: it cannot be read, so the report says less
   */
  deadLetter(item: QueuedDelivery, delivery: Delivery | undefined, outcome: 'dead' | 'expired', reason: string): void {
    const { outbox, clock, onAttempt } = this.#options;
    const { callId, id } = item;
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
