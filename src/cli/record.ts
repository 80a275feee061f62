import { createWriteStream, existsSync } from 'node:fs';
import { AmiSession } from '../ami/session.ts';
import { amiSettingsOf } from '../config/ami-settings.ts';
import { loadConfig } from '../config/load.ts';
import { EXIT, type Io } from './io.ts';

export interface RecordOptions {
  config: string;
  output: string;
  /** Write over a file that is there. */
  force: boolean;
}

const PROGRESS_MS = 1000;

/**
 * Writes the live AMI session as a log that `replay` reads, until it is stopped. Only events are written, as Asterisk
 * sent them: neither login nor answers, so no secret is ever in it.
 */
export async function runRecord({ config: file, output, force }: RecordOptions, io: Io): Promise<number> {
  const config = loadConfig(file, { env: io.env });
  if (existsSync(output) && !force) {
    io.stderr(`${output} is there already; --force writes over it\n`);
    return EXIT.usage;
  }
  const log = createWriteStream(output);
  const failed = new Promise<Error>((resolve) => log.once('error', resolve));
  const count = { events: 0, bytes: 0 };
  const say = (about: object, message: string) => {
    const reason = 'retryInMs' in about ? `; tried again in ${Math.round(Number(about.retryInMs) / 1000)} s` : '';
    io.stderr(`${message}${reason}\n`);
  };
  const session = new AmiSession({
    settings: amiSettingsOf(config),
    onEvent: () => undefined,
    onBytes: (bytes) => {
      count.events++;
      count.bytes += bytes.length;
      log.write(Buffer.from(bytes));
    },
    log: { info: say, warn: say, error: say },
  });
  session.start();
  const progress = setInterval(() => {
    if (io.isTerminal) io.stderr(`\r${count.events} events, ${Math.round(count.bytes / 1024)} kB; Ctrl-C ends it `);
  }, PROGRESS_MS);
  const stopped = new Promise<undefined>((resolve) => {
    if (io.signal.aborted) resolve(undefined);
    io.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const error = await Promise.race([failed, stopped]);
  clearInterval(progress);
  await session.stop();
  if (error !== undefined) {
    io.stderr(`${output} cannot be written: ${error.message}\n`);
    return EXIT.failed;
  }
  await new Promise<void>((resolve) => log.end(resolve));
  io.stderr(
    `${count.events} events written to ${output}; see what they make with: call-events replay ${output} --config ${file} --explain\n`,
  );
  return EXIT.ok;
}
