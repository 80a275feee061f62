import { NewerOutboxError } from '../delivery/outbox/migrations.ts';
import { OutboxError } from '../delivery/outbox/open.ts';
import { createLog } from '../log.ts';
import { Service } from '../service/service.ts';
import { SystemdNotifier } from '../systemd/notifier.ts';
import { EXIT, type Io } from './io.ts';

export interface RunOptions {
  /** config.yaml, as the user named it. */
  config: string;
  /** Whether a start with a config.yaml that has problems fails, also where the last one that was applied is kept. */
  strict: boolean;
}

/** The service, until a signal ends it. A second signal ends it at once. */
export async function runService({ config: configFile, strict }: RunOptions, io: Io): Promise<number> {
  const supervisor = new SystemdNotifier(io.env, (error) =>
    io.stderr(`systemd cannot be notified: ${String(error)}\n`),
  );
  const service = new Service({
    configFile,
    strict,
    env: io.env,
    supervisor,
    createLog: (level, secrets) => createLog(level, io.isTerminal, secrets, io.stdout),
  });
  const reload = () => void service.reload();
  process.on('SIGHUP', reload);
  const aborted = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([service.start(), aborted]);
  } catch (error) {
    process.off('SIGHUP', reload);
    if (!(error instanceof OutboxError || error instanceof NewerOutboxError)) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.failed;
  }
  await aborted;
  const atOnce = () => process.exit(EXIT.failed);
  process.once('SIGINT', atOnce).once('SIGTERM', atOnce);
  await service.stop();
  await supervisor.flushed();
  process.off('SIGHUP', reload).off('SIGINT', atOnce).off('SIGTERM', atOnce);
  return EXIT.ok;
}
