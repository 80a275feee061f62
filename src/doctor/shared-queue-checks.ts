import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { QueueInspection } from '../shared-queue/inspect-queue.ts';
import { type Check, counted, fault, ok, some } from './check.ts';
import { isWorkers } from './config-checks.ts';
import type { ExaminedMachine } from './examined-machine.ts';
import { explainQueueFailure, type QueueAddress, queueAddressOf, rightsRemedy } from './explain-queue-failure.ts';
import { deliveryChecks } from './outbox-checks.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Checks the shared queue: the connection, its tables, this user's rights there, and its workers. Nothing is changed.
 */
export async function examineQueue(
  config: Config,
  url: string,
  machine: ExaminedMachine,
  redactor: Redactor,
): Promise<Check[]> {
  const address = queueAddressOf(url, config.file);
  try {
    // PostgreSQL's client is loaded only where there is a queue.
    const { inspectQueue } = await import('../shared-queue/inspect-queue.ts');
    const visit = await inspectQueue(url, isWorkers(config) ? 'worker' : 'service', machine.now() - DAY_MS);
    return [
      ...tableChecks(visit, address),
      ...(visit.version === undefined ? [] : stateChecks(visit, workerRemedy(machine, address), redactor)),
    ];
  } catch (error) {
    return [fault('queue', ...explainQueueFailure(error, address))];
  }
}

function tableChecks({ version, wanted, missing, maySee }: QueueInspection, address: QueueAddress): Check[] {
  const { host, port, user, database, file } = address;
  if (!maySee) return [fault('queue', `${user} may not see the queue's tables`, rightsRemedy(address))];
  if (version === undefined)
    return [
      fault(
        'queue',
        `the database ${database} at ${host}:${port} has no tables of the queue yet`,
        `call-events deliver --config ${file}     (once, as the owner of the database; it makes them)`,
      ),
    ];
  if (version > wanted)
    return [
      fault(
        'queue',
        `the queue's tables are of a newer version (${version}, this one knows ${wanted})`,
        'apt-get install ./call-events_VERSION.deb     (the newer version)',
      ),
    ];
  if (version < wanted)
    return [
      fault(
        'queue',
        `the queue's tables are of an older version (${version}, this one needs ${wanted})`,
        `call-events deliver --config ${file}     (once, as the owner of the database; it brings them up to date)`,
      ),
    ];
  if (missing.length > 0)
    return [fault('queue', `${user} lacks rights in the queue: ${some(missing)}`, rightsRemedy(address))];
  return [
    ok(
      'queue',
      `the shared queue ${database} at ${host}:${port} is reached, and ${user} has the rights that are needed`,
    ),
  ];
}

function stateChecks(visit: QueueInspection, remedy: string, redactor: Redactor): Check[] {
  const { workers, counts, suspended } = visit;
  const waiting = counts.filter(({ state }) => state === 'pending').reduce((sum, { count }) => sum + count, 0);
  const sending = `${counted(workers, 'worker')} ${workers === 1 ? 'is' : 'are'} connected to it`;
  return [
    workers > 0
      ? ok('workers', sending)
      : fault(
          'workers',
          `no worker is connected to the queue, so nothing is sent (${counted(waiting, 'request')} of the last 24 hours ${waiting === 1 ? 'waits' : 'wait'})`,
          remedy,
        ),
    ...deliveryChecks(counts, suspended, redactor),
  ];
}

/** How a worker is started: the package has a unit for it, with a configuration of its own. */
function workerRemedy({ hasWorkerUnit, configDirectory }: ExaminedMachine, { file }: QueueAddress): string {
  if (!hasWorkerUnit) return `call-events deliver --config ${file}     (on the host that is to send)`;
  const ofWorker = join(configDirectory, 'deliver.yaml');
  const start = 'systemctl enable --now call-events-deliver';
  return existsSync(ofWorker)
    ? `${start}     (here, or on the host that is to send)`
    : `editor ${ofWorker}     (the queue: of ${file}), then ${start}; here, or on the host that is to send`;
}
