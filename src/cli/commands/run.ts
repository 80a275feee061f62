import { NewerOutboxError } from '../../delivery/outbox/migrations.ts';
import { OutboxError } from '../../delivery/outbox/open.ts';
import { createLog } from '../../log.ts';
import { Service } from '../../service/service.ts';
import { SystemdNotifier } from '../../systemd/notifier.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { logFormatOf } from '../terminal/log-format.ts';

export interface RunOptions {
  /** config.yaml, as the user named it. */
  config: string;
  /** Whether a start with a config.yaml that has problems fails, also where the last one that was applied is kept. */
  strict: boolean;
}

/** The service, until a signal ends it. A second signal ends it at once. */
export async function runService({ config: configFile, strict }: RunOptions, io: CommandIo): Promise<number> {
  const supervisor = new SystemdNotifier(io.env, (error) =>
    io.stderr(`systemd cannot be notified: ${String(error)}\n`),
  );
  const service = new Service({
    configFile,
    strict,
    env: io.env,
    supervisor,
    createLog: (level, secrets, format) => createLog(level, logFormatOf(io, format), secrets, io.raw.stdout),
  });
  const { promise: aborted, resolve: end } = Promise.withResolvers<void>();
  if (io.signal.aborted) end();
  else io.signal.addEventListener('abort', () => end(), { once: true });
  // At a terminal it says that this was closed; a daemon, which has none, is asked to reload by it.
  const onHangup = io.hasTerminal ? end : () => void service.reload();
  process.on('SIGHUP', onHangup);
  try {
    await Promise.race([service.start(), aborted]);
  } catch (error) {
    process.off('SIGHUP', onHangup);
    if (!(error instanceof OutboxError || error instanceof NewerOutboxError)) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.failed;
  }
  await aborted;
  const atOnce = () => process.exit(EXIT.failed);
  process.once('SIGINT', atOnce).once('SIGTERM', atOnce);
  await service.stop();
  await supervisor.flushed();
  process.off('SIGHUP', onHangup).off('SIGINT', atOnce).off('SIGTERM', atOnce);
  return service.hasLost ? EXIT.failed : EXIT.ok;
}
