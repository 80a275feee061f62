import { NewerOutboxError } from '../../delivery/outbox/migrations.ts';
import { OutboxError } from '../../delivery/outbox/open-outbox.ts';
import { Service } from '../../service/service.ts';
import type { CommandIo } from '../terminal/io.ts';
import { runDaemon } from './run-daemon.ts';

export interface RunOptions {
  /** config.yaml, as the user named it. */
  config: string;
  /** Whether a start with a config.yaml that has problems fails, also where the last one that was applied is kept. */
  strict: boolean;
}

/** The service, until a signal ends it. A second signal ends it at once. */
export async function runService({ config: configFile, strict }: RunOptions, io: CommandIo): Promise<number> {
  return runDaemon(
    (surroundings) => {
      const service = new Service({ configFile, strict, ...surroundings });
      return {
        start: () => service.start(),
        stop: async () => {
          await service.stop();
          return !service.hasLost;
        },
        reload: () => void service.reload(),
      };
    },
    (error) => error instanceof OutboxError || error instanceof NewerOutboxError,
    io,
  );
}
