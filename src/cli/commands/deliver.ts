import { createLog } from '../../log.ts';
import { QueueWorker } from '../../service/queue-worker.ts';
import { QueueSchemaError } from '../../shared-queue/migrations.ts';
import { SystemdNotifier } from '../../systemd/notifier.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { logFormatOf } from '../terminal/log-format.ts';

/** A worker of the shared queue, until a signal ends it. A second signal ends it at once. */
export async function runDeliver(configFile: string, io: CommandIo): Promise<number> {
  const supervisor = new SystemdNotifier(io.env, (error) =>
    io.stderr(`systemd cannot be notified: ${String(error)}\n`),
  );
  const worker = new QueueWorker({
    configFile,
    env: io.env,
    supervisor,
    createLog: (level, secrets, format) => createLog(level, logFormatOf(io, format), secrets, io.raw.stdout),
  });
  const { promise: aborted, resolve: end } = Promise.withResolvers<void>();
  if (io.signal.aborted) end();
  else io.signal.addEventListener('abort', () => end(), { once: true });
  try {
    await Promise.race([worker.start(), aborted]);
  } catch (error) {
    if (!(error instanceof QueueSchemaError)) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.failed;
  }
  await aborted;
  const atOnce = () => process.exit(EXIT.failed);
  process.once('SIGINT', atOnce).once('SIGTERM', atOnce);
  const ended = await worker.stop();
  await supervisor.flushed();
  process.off('SIGINT', atOnce).off('SIGTERM', atOnce);
  return ended ? EXIT.ok : EXIT.failed;
}
