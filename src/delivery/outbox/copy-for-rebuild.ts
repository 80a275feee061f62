import type { Delivery } from '../delivery.ts';
import type { OutboxChange } from '../outbox-change.ts';

/** About 10 MB. More are pending only where a receiver is dead for long; the others are only in the file. */
export const MOST_DELIVERIES = 10_000;

/** A rule that sends nothing, as the outbox has it. */
export interface SuspendedRow {
  ruleId: string;
  since: number;
  reason: string;
}

/**
 * A copy in memory of the outbox without its history, for the case that its file is overwritten: the open legs, the
 * facts, the suspended rules, and the newest pending deliveries.
 */
export class CopyForRebuild {
  readonly calls = new Map<string, unknown>();
  readonly facts = new Map<string, string>();
  readonly deliveries = new Map<string, Delivery>();
  suspended: SuspendedRow[] = [];

  /** @param change that is on disk */
  apply({
    calls = [],
    deliveries = [],
    attempts = [],
    deadLetters = [],
    moved = [],
    suspend,
    facts = {},
  }: OutboxChange): void {
    for (const { callId, state } of calls) {
      if (state === undefined) this.calls.delete(callId);
      else this.calls.set(callId, state);
    }
    for (const delivery of deliveries) if (delivery.dead === undefined) this.keep(delivery);
    for (const { id, outcome } of attempts) if (outcome !== 'retry') this.deliveries.delete(id);
    for (const { id } of [...deadLetters, ...moved]) this.deliveries.delete(id);
    if (suspend !== undefined) this.suspended.push(suspend);
    for (const [name, value] of Object.entries(facts)) this.facts.set(name, value);
  }

  /** Adds the newest pending delivery; the oldest makes room. */
  keep(delivery: Delivery): void {
    this.deliveries.set(delivery.id, delivery);
    if (this.deliveries.size <= MOST_DELIVERIES) return;
    for (const id of this.deliveries.keys()) {
      this.deliveries.delete(id);
      break;
    }
  }
}
