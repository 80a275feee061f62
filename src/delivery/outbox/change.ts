import type { Delivery, DeliveryKey } from '../delivery.ts';
import type { Statements } from './statements.ts';

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

/**
 * Makes a change within the transaction that is open.
 * @param onNew told of each delivery that was not there yet
 */
export function applyChange(statements: Statements, change: Change, onNew: (delivery: Delivery) => void): void {
  const { calls = [], deliveries = [], attempts = [], deadLetters = [], suspend, facts = {} } = change;
  for (const { callId, state } of calls) {
    if (state === undefined) statements.deleteCall.run(callId);
    else statements.putCall.run(callId, JSON.stringify(state));
  }
  for (const delivery of deliveries) if (insert(statements, delivery)) onNew(delivery);
  for (const attempt of attempts) recordAttempt(statements, attempt);
  for (const { callId, id, at, reason } of deadLetters) statements.giveUp.run(at, reason, callId, id);
  if (suspend !== undefined) statements.suspend.run(suspend.ruleId, suspend.since, suspend.reason);
  for (const [name, value] of Object.entries(facts)) statements.putFact.run(name, value);
}

/** @returns whether it was not there yet */
function insert(statements: Statements, delivery: Delivery): boolean {
  const { dead } = delivery;
  const { changes } = statements.insert.run(
    delivery.id,
    delivery.event,
    delivery.ruleId,
    delivery.callId,
    delivery.extension,
    delivery.legKey,
    delivery.target,
    delivery.method,
    delivery.url,
    JSON.stringify(delivery.headers),
    delivery.body ?? null,
    delivery.createdAt,
    dead === undefined ? 'pending' : 'dead',
    dead === undefined ? null : delivery.createdAt,
    dead ?? null,
  );
  return changes !== 0;
}

function recordAttempt(statements: Statements, attempt: AttemptRecord): void {
  const { callId, id, number, at, durationMs, outcome } = attempt;
  const reason = attempt.reason ?? null;
  const answer = attempt.answer ?? null;
  statements.attempt.run(number, at, durationMs, attempt.status ?? null, outcome, reason, answer, callId, id);
  const isSettled = outcome !== 'retry';
  const state = isSettled ? outcome : 'pending';
  const settledAt = isSettled ? at + durationMs : null;
  statements.settle.run(state, number, attempt.refusals, attempt.nextAt ?? null, settledAt, reason, callId, id);
}
