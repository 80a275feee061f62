import { DeliverWorker } from '../../service/deliver-worker.ts';
import { QueueSchemaError } from '../../shared-queue/migrations.ts';
import type { CommandIo } from '../terminal/io.ts';
import { runDaemon } from './run-daemon.ts';

/**
 * A worker of the shared queue, until a signal ends it, or its tables turn out to be of a newer version. A second
 * signal ends it at once.
 */
export async function runDeliver(configFile: string, io: CommandIo): Promise<number> {
  return runDaemon(
    (surroundings) => new DeliverWorker({ configFile, ...surroundings }),
    (error) => error instanceof QueueSchemaError,
    io,
  );
}
