import type { AttemptView, DeliveryView } from '../delivery/admin.ts';
import { maskBody, maskHeaders, maskSecrets, maskUrl } from '../redact.ts';

/** What is kept out of everything that is shown. */
export interface Masks {
  secrets: readonly string[];
}

/** A line for each delivery. */
export function tableOf(deliveries: readonly DeliveryView[]): string {
  const rows = deliveries.map((one) => [
    timeOf(one.createdAt),
    one.id,
    one.extension,
    one.event,
    one.ruleId,
    one.state,
    `${one.attempts}`,
    one.state === 'pending' && one.nextAttemptAt !== undefined
      ? `next ${timeOf(one.nextAttemptAt)}${one.reason === undefined ? '' : `; ${one.reason}`}`
      : (one.reason ?? ''),
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

/** Everything about one delivery, for a person. */
export function textOfDelivery(one: DeliveryView, attempts: readonly AttemptView[], masks: Masks): string {
  const mask = (text: string) => maskSecrets(text, masks.secrets);
  const lines = [
    `${one.id}: ${one.event} of ${one.extension}, call ${one.callId}, rule ${one.ruleId}`,
    `  ${one.state}${one.reason === undefined ? '' : `: ${mask(one.reason)}`}`,
    `  created ${timeOf(one.createdAt)}`,
    ...(one.settledAt === undefined ? [] : [`  settled ${timeOf(one.settledAt)}`]),
    ...(one.nextAttemptAt === undefined ? [] : [`  next attempt ${timeOf(one.nextAttemptAt)}`]),
    `  > ${one.method} ${mask(maskUrl(one.url))}`,
    ...Object.entries(maskHeaders(one.headers)).map(([name, value]) => `  > ${name}: ${mask(value)}`),
    `  > webhook-id: ${one.id}`,
    ...(one.body === undefined ? [] : [`  > ${mask(maskBody(one.body))}`]),
    ...attempts.flatMap((attempt) => textOfAttempt(attempt, mask)),
  ];
  return `${lines.join('\n')}\n`;
}

function textOfAttempt({ number, at, durationMs, status, outcome, reason, answer }: AttemptView, mask: Mask) {
  const result = status === undefined ? 'no answer' : `HTTP ${status}`;
  return [
    `  attempt ${number} at ${timeOf(at)}: ${result} in ${durationMs} ms, ${outcome}${reason === undefined ? '' : ` (${mask(reason)})`}`,
    ...(answer === undefined || answer === '' ? [] : [`    < ${mask(answer).trimEnd().replaceAll('\n', '\n    < ')}`]),
  ];
}

type Mask = (text: string) => string;

/** The fields of a delivery as scripts read them: the log's names, times as ISO 8601; what is absent is null. */
export function jsonOfDelivery(one: DeliveryView, masks: Masks) {
  const mask = (text: string) => maskSecrets(text, masks.secrets);
  return {
    delivery: one.id,
    event: one.event,
    extension: one.extension,
    eventId: one.ruleId,
    callId: one.callId,
    state: one.state,
    attempt: one.attempts,
    createdAt: timeOf(one.createdAt),
    nextAttemptAt: one.nextAttemptAt === undefined ? null : timeOf(one.nextAttemptAt),
    settledAt: one.settledAt === undefined ? null : timeOf(one.settledAt),
    reason: one.reason === undefined ? null : mask(one.reason),
    method: one.method,
    url: mask(maskUrl(one.url)),
  };
}

export function jsonOfAttempt({ at, status, reason, answer, ...rest }: AttemptView, masks: Masks) {
  const mask = (text: string | undefined) => (text === undefined ? null : maskSecrets(text, masks.secrets));
  return { ...rest, at: timeOf(at), status: status ?? null, reason: mask(reason), answer: mask(answer) };
}

const timeOf = (at: number) => new Date(at).toISOString();
