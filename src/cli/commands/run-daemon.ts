import { createLog, type Logger } from '../../log.ts';
import { SystemdNotifier } from '../../systemd/notifier.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { logFormatOf } from '../terminal/log-format.ts';
import { whenAborted } from '../terminal/when-aborted.ts';

/** A program that runs until a signal ends it. */
export interface Daemon {
  /** Resolves when it works. */
  start(): Promise<unknown>;
  /** May be called while it starts. @returns whether the program has succeeded */
  stop(): Promise<boolean>;
  /** Reads its configuration again; left out: it does not, and a hangup ends it. */
  reload?(): void;
}

/** The parts of the process that a daemon uses. */
export interface DaemonSurroundings {
  env: NodeJS.ProcessEnv;
  supervisor: SystemdNotifier;
  createLog(level: string, secrets: readonly string[], format: 'json' | 'text' | undefined): Logger;
}

/**
 * Runs a daemon until a signal ends it. A second signal ends it at once.
 * @param isExplained whether an error of the start says all that the operator needs; others are thrown
 */
export async function runDaemon(
  create: (surroundings: DaemonSurroundings) => Daemon,
  isExplained: (error: unknown) => boolean,
  io: CommandIo,
): Promise<number> {
  const supervisor = new SystemdNotifier(io.env, (error) =>
    io.stderr(`systemd cannot be notified: ${String(error)}\n`),
  );
  const daemon = create({
    env: io.env,
    supervisor,
    createLog: (level, secrets, format) => createLog(level, logFormatOf(io, format), secrets, io.raw.stdout),
  });
  const hungUp = Promise.withResolvers<void>();
  const ended = Promise.race([whenAborted(io.signal), hungUp.promise]);
  // At a terminal it says that this was closed; a daemon, which has none, is asked to reload by it.
  const onHangup = () => (io.hasTerminal || daemon.reload === undefined ? hungUp.resolve() : daemon.reload());
  process.on('SIGHUP', onHangup);
  try {
    await Promise.race([daemon.start(), ended]);
  } catch (error) {
    process.off('SIGHUP', onHangup);
    if (!(error instanceof Error && isExplained(error))) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.failed;
  }
  await ended;
  const atOnce = () => process.exit(EXIT.failed);
  process.once('SIGINT', atOnce).once('SIGTERM', atOnce);
  const hasSucceeded = await daemon.stop();
  await supervisor.flushed();
  process.off('SIGHUP', onHangup).off('SIGINT', atOnce).off('SIGTERM', atOnce);
  return hasSucceeded ? EXIT.ok : EXIT.failed;
}
