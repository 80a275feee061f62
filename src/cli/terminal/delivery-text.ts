import { describeCall } from '../../calls/call-event.ts';
import type { AttemptView, DeliveryView } from '../../delivery/admin.ts';
import type { Redactor } from '../../redact/redactor.ts';
import { timeOf } from '../../views/delivery-view.ts';
import { shortReason } from './delivery-summary.ts';

/**
 * A line for each delivery: who called whom, whether it was answered, and how it stands.
 * @param columns of the terminal: where it is too narrow, each id has a line of its own, and what is wider is cut.
 * Absent: as wide as need be
 */
export function tableOf(deliveries: readonly DeliveryView[], redactor: Redactor, columns = Infinity): string {
  const rows = deliveries.map((one) => [
    timeOf(one.createdAt).slice(5, 16).replace('T', ' '),
    one.extension,
    one.event,
    callOf(one),
    one.state,
    `${one.attempts}${shortReason(one.reason, redactor)}`,
  ]);
  const lines = aligned([['time', 'ext', 'event', 'call', 'state', 'tries'], ...rows]);
  const ids = ['delivery', ...deliveries.map(({ id }) => id)];
  const isWide = lines.every((line, index) => line.length + 2 + (ids[index]?.length ?? 0) <= columns);
  const idWidth = Math.max(...ids.map((id) => id.length));
  return lines
    .flatMap((line, index) => {
      const id = ids[index] ?? '';
      return isWide ? [`${id.padEnd(idWidth)}  ${line}`] : [cut(line, columns), ...(index === 0 ? [] : [`  ${id}`])];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const cut = (line: string, columns: number) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`);

/** `+31612345678 → 101, not answered here` */
function callOf({ callEvent }: DeliveryView): string {
  return callEvent === undefined ? '' : describeCall(callEvent);
}

/** Everything about one delivery, for people. @param again the request of the next attempt */
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
