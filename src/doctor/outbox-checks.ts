import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DeliveryCount, SuspendedRule } from '../delivery/admin.ts';
import { NewerOutboxError } from '../delivery/outbox/migrations.ts';
import { OutboxError } from '../delivery/outbox/open-outbox.ts';
import { openExisting } from '../delivery/outbox/sqlite-admin.ts';
import { nodeErrorCode } from '../node-error-code.ts';
import type { Redactor } from '../redact/redactor.ts';
import { type Check, counted, fault, ok, some, warning } from './check.ts';
import type { ExaminedMachine } from './examined-machine.ts';

const MB = 1024 * 1024;
/** Enough for a day's calls of a busy PBX and the write-ahead log. */
const LOW_BYTES = 500 * MB;
const FULL_BYTES = 50 * MB;
const DAY_MS = 24 * 3_600_000;

/** Checks the free space of the outbox's disk. */
export function examineDisk({ freeBytes }: ExaminedMachine, outbox: string): Check {
  let folder = dirname(outbox);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const free = freeBytes(folder);
  const message = `${Math.floor(free / MB)} MB are free where the outbox is, in ${folder}`;
  if (free < FULL_BYTES)
    return fault('disk', message, `df -h ${folder}     (make room; do not stop the service before)`);
  return free < LOW_BYTES ? warning('disk', message, `df -h ${folder}`) : ok('disk', message);
}

/** Checks the outbox, the last day's deliveries, and the suspended rules. */
export async function examineOutbox(
  { now, hasUnit }: ExaminedMachine,
  path: string,
  redactor: Redactor,
): Promise<Check[]> {
  const start = hasUnit ? 'systemctl enable --now call-events' : 'call-events run';
  if (!existsSync(path))
    return [warning('outbox', `there is no outbox yet at ${path}: the service has not run`, start)];
  try {
    const outbox = openExisting(path);
    try {
      const counts = await outbox.counts({ since: now() - DAY_MS });
      const suspended = await outbox.suspended();
      return [
        ok(
          'outbox',
          `${path}: ${total(counts, 'delivered')} delivered and ${total(counts, 'pending')} waiting of the last 24 hours`,
        ),
        ...deliveryChecks(counts, suspended, redactor),
      ];
    } finally {
      await outbox.close();
    }
  } catch (error) {
    return [outboxFault(error, path, start)];
  }
}

/** Dead deliveries, deliveries that wait after a failed attempt, and suspended rules. */
export function deliveryChecks(
  counts: readonly DeliveryCount[],
  suspended: readonly SuspendedRule[],
  redactor: Redactor,
): Check[] {
  return [
    ...deadChecks(counts, redactor),
    ...waitingChecks(counts, redactor),
    ...suspended.map(({ ruleId, reason }) =>
      warning(
        'suspended',
        `rule ${ruleId} is suspended: ${redactor.text(reason)}`,
        `call-events deliveries resume ${ruleId}`,
      ),
    ),
  ];
}

function outboxFault(error: unknown, path: string, start: string): Check {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NewerOutboxError)
    return fault(
      'outbox',
      message,
      `apt-get install ./call-events_VERSION.deb     (the newer version; or begin anew: mv ${path} ${path}.old)`,
    );
  if (error instanceof OutboxError && error.code === 'OUTBOX_OLDER') return warning('outbox', message, start);
  if (error instanceof OutboxError || nodeErrorCode(error) === 'ERR_SQLITE_ERROR')
    return fault(
      'outbox',
      `${path} cannot be read: ${message}`,
      'systemctl restart call-events     (a damaged outbox is kept aside, and a new one begun)',
    );
  throw error;
}

const total = (counts: readonly DeliveryCount[], state: DeliveryCount['state']) =>
  counts.filter((one) => one.state === state).reduce((sum, { count }) => sum + count, 0);

function reasonsOf(counts: readonly DeliveryCount[], redactor: Redactor): string {
  const byReason = new Map<string, number>();
  for (const { reason = 'not tried yet', count } of counts) byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  return some(
    [...byReason].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count}: ${redactor.text(reason)}`),
    3,
  );
}

function deadChecks(counts: readonly DeliveryCount[], redactor: Redactor): Check[] {
  const dead = counts.filter(({ state, reason }) => state === 'dead' && reason !== 'discarded');
  if (dead.length === 0) return [];
  return [
    warning(
      'dead',
      `${counted(total(dead, 'dead'), 'request')} of the last 24 hours could not be delivered (${reasonsOf(dead, redactor)})`,
      'call-events deliveries list --state dead --since 24h     (when the cause is fixed: call-events deliveries retry --state dead --since 24h)',
    ),
  ];
}

/** Deliveries that wait after a failed attempt. */
function waitingChecks(counts: readonly DeliveryCount[], redactor: Redactor): Check[] {
  const waiting = counts.filter(({ state, reason }) => state === 'pending' && reason !== undefined);
  if (waiting.length === 0) return [];
  return [
    warning(
      'waiting',
      `${counted(total(waiting, 'pending'), 'request')} to be tried again (${reasonsOf(waiting, redactor)})`,
      'call-events deliveries list --state pending',
    ),
  ];
}
