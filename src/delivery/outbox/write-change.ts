import type { Delivery } from '../delivery.ts';
import type { AttemptRecord, OutboxChange } from '../outbox-change.ts';
import type { Statements } from './statements.ts';

/**
 * Writes a change within the open transaction: the INSERT and UPDATE statements of deliveries, attempts and open legs.
 * @param onNew receives each delivery that was not in the table yet
 */
export function writeChange(statements: Statements, change: OutboxChange, onNew: (delivery: Delivery) => void): void {
  const { calls = [], deliveries = [], attempts = [], deadLetters = [], moved = [], suspend, facts = {} } = change;
  for (const { callId, state } of calls) {
    if (state === undefined) statements.deleteCall.run(callId);
    else statements.putCall.run(callId, JSON.stringify(state));
  }
  for (const delivery of deliveries) if (insertDelivery(statements, delivery)) onNew(delivery);
  for (const attempt of attempts) recordAttempt(statements, attempt);
  for (const { callId, id, at, reason } of deadLetters) statements.deadLetter.run(at, reason, callId, id);
  for (const { callId, id } of moved) statements.moved.run(callId, id);
  if (suspend !== undefined) statements.suspend.run(suspend.ruleId, suspend.since, suspend.reason);
  for (const [name, value] of Object.entries(facts)) statements.putFact.run(name, value);
}

/** @returns whether it was not in the table yet */
function insertDelivery(statements: Statements, delivery: Delivery): boolean {
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
    delivery.callEvent === undefined ? null : JSON.stringify(delivery.callEvent),
  );
  return changes !== 0;
}

function recordAttempt(statements: Statements, attempt: AttemptRecord): void {
  const { callId, id, number, at, durationMs, outcome } = attempt;
  const reason = attempt.reason ?? null;
  const answer = attempt.answer ?? null;
  const headers = attempt.headers === undefined ? null : JSON.stringify(attempt.headers);
  statements.attempt.run(number, at, durationMs, attempt.status ?? null, outcome, reason, answer, headers, callId, id);
  if (attempt.remade !== undefined) {
    const { target, method, url, headers, body } = attempt.remade;
    statements.remake.run(target, method, url, JSON.stringify(headers), body ?? null, callId, id);
  }
  const isSettled = outcome !== 'retry';
  const state = isSettled ? outcome : 'pending';
  const settledAt = isSettled ? at + durationMs : null;
  statements.settle.run(state, number, attempt.refusals, attempt.nextAt ?? null, settledAt, reason, callId, id);
}
