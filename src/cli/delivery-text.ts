import type { AttemptView, DeliveryView } from '../delivery/admin.ts';
import type { Redactor } from '../redact/redactor.ts';
import { timeOf } from '../views/delivery-view.ts';

/** A line for each delivery. */
export function tableOf(deliveries: readonly DeliveryView[], redactor: Redactor): string {
  const reasonOf = ({ reason }: DeliveryView) => (reason === undefined ? '' : redactor.text(reason));
  const rows = deliveries.map((one) => [
    timeOf(one.createdAt),
    one.id,
    one.extension,
    one.event,
    one.ruleId,
    one.state,
    `${one.attempts}`,
    one.state === 'pending' && one.nextAttemptAt !== undefined
      ? `next ${timeOf(one.nextAttemptAt)}${one.reason === undefined ? '' : `; ${reasonOf(one)}`}`
      : reasonOf(one),
  ]);
  const all = [['time', 'delivery', 'extension', 'event', 'event id', 'state', 'attempts', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Everything about one delivery, for a person. @param again what is sent when it is tried again */
export function textOfDelivery(
  one: DeliveryView,
  attempts: readonly AttemptView[],
  redactor: Redactor,
  again: string | undefined,
): string {
  const lines = [
    `${one.id}: ${one.event} of ${one.extension}, call ${one.callId}, rule ${one.ruleId}`,
    `  ${one.state}${one.reason === undefined ? '' : `: ${redactor.text(one.reason)}`}`,
    `  created ${timeOf(one.createdAt)}`,
    ...(one.settledAt === undefined ? [] : [`  settled ${timeOf(one.settledAt)}`]),
    ...(one.nextAttemptAt === undefined ? [] : [`  next attempt ${timeOf(one.nextAttemptAt)}`]),
    `  > ${one.method} ${redactor.url(one.url)}`,
    ...Object.entries(redactor.fields(one.headers)).map(([name, value]) => `  > ${name}: ${value}`),
    `  > webhook-id: ${one.id}`,
    ...(one.body === undefined ? [] : [`  > ${redactor.body(one.body)}`]),
    ...(again === undefined ? [] : [`  ${again}`]),
    ...attempts.flatMap((attempt) => textOfAttempt(attempt, redactor)),
  ];
  return `${lines.join('\n')}\n`;
}

function textOfAttempt({ number, at, durationMs, status, outcome, reason, answer }: AttemptView, redactor: Redactor) {
  const result = status === undefined ? 'no answer' : `HTTP ${status}`;
  return [
    `  attempt ${number} at ${timeOf(at)}: ${result} in ${durationMs} ms, ${outcome}${reason === undefined ? '' : ` (${redactor.text(reason)})`}`,
    ...(answer === undefined || answer === ''
      ? []
      : [`    < ${redactor.text(answer).trimEnd().replaceAll('\n', '\n    < ')}`]),
  ];
}
