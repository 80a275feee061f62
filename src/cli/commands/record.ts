import { createWriteStream, type WriteStream } from 'node:fs';
import { ReconnectingSession } from '../../ami/session/reconnecting-session.ts';
import { amiSettingsOf, serverOf } from '../../config/ami-settings.ts';
import { loadConfig } from '../../config/load.ts';
import { nodeErrorCode } from '../../node-error-code.ts';
import { describeFileError } from '../terminal/file-error.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { whenAborted } from '../terminal/when-aborted.ts';

export interface RecordOptions {
  config: string;
  /** The name of the Asterisk server; left out: the only one. */
  server?: string;
  /** `-` is standard output. */
  output: string;
  /** Write over a file that is there. */
  force: boolean;
}

const PROGRESS_MS = 1000;

/**
 * Writes the live AMI session as a log that `replay` reads, until it is stopped. Only events are written, as Asterisk
 * sent them: neither login nor answers, so no secret is ever in it.
 */
export async function runRecord(
  { config: file, server, output, force }: RecordOptions,
  io: CommandIo,
): Promise<number> {
  const config = loadConfig(file, { env: io.env });
  const settings = amiSettingsOf(config, serverOf(config, server));
  const log = await openLog(output, force, io).catch((error: unknown) => {
    const words = nodeErrorCode(error) === 'EEXIST' ? 'is there already; --force writes over it' : undefined;
    io.stderr(`${output} ${words ?? `cannot be written: ${describeFileError(error) ?? String(error)}`}\n`);
    return undefined;
  });
  if (log === undefined) return EXIT.failed;

  const progress = new Progress(io);
  let wasConnected = false;
  const session = new ReconnectingSession({
    settings,
    onEvent: () => undefined,
    onBytes: (bytes) => {
      progress.add(bytes.length);
      log.write(bytes);
    },
    onConnected: (gap) => {
      wasConnected = true;
      if (gap === undefined) progress.say(`recording to ${output}; make the call, then end it with Ctrl-C`);
    },
    log: { debug: () => undefined, info: () => undefined, warn: sayTrouble, error: sayTrouble },
  });
  function sayTrouble(about: object, message: string): void {
    const again = 'retryInMs' in about ? `; tried again in ${(Number(about.retryInMs) / 1000).toFixed(1)} s` : '';
    progress.say(`${message}${again}`);
  }
  session.start();
  progress.start();
  const error = await Promise.race([log.failed, whenAborted(io.signal)]);
  progress.stop();
  await session.stop();
  if (error !== undefined) {
    io.stderr(`${output} cannot be written: ${describeFileError(error) ?? error.message}\n`);
    return EXIT.failed;
  }
  await log.end();
  if (!wasConnected) {
    io.stderr('nothing is recorded: there was no connection to Asterisk\n');
    return EXIT.failed;
  }
  const next =
    output === '-'
      ? ''
      : `; see what they make with: call-events replay ${output} --config ${file}${server === undefined ? '' : ` --server ${server}`} --explain`;
  io.stderr(`${progress.events} events written${output === '-' ? '' : ` to ${output}`}${next}\n`);
  return EXIT.ok;
}

interface Log {
  /** Keeps a copy: the bytes may be reused. */
  write(bytes: Uint8Array): void;
  end(): Promise<void>;
  /** Resolves when it cannot be written any more. */
  failed: Promise<Error>;
}

/** @throws the error of the file, when it cannot be begun */
async function openLog(output: string, force: boolean, io: CommandIo): Promise<Log> {
  if (output === '-') {
    const write = (bytes: Uint8Array) => io.raw.stdout(Buffer.from(bytes).toString('utf8'));
    return { write, end: async () => undefined, failed: new Promise(() => undefined) };
  }
  // Who called whom is private.
  const file = createWriteStream(output, { flags: force ? 'w' : 'wx', mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    file.once('open', () => resolve());
    file.once('error', reject);
  });
  return {
    write: (bytes) => file.write(Buffer.from(bytes)),
    end: () => new Promise((resolve) => file.end(resolve)),
    failed: failureOf(file),
  };
}

const failureOf = (file: WriteStream) => new Promise<Error>((resolve) => file.on('error', resolve));

/** The progress of the recording: on a terminal one line that changes, with messages above it. */
class Progress {
  readonly #io: CommandIo;
  #events = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  get events(): number {
    return this.#events;
  }

  add(bytes: number): void {
    this.#events++;
    this.#bytes += bytes;
  }

  say(line: string): void {
    this.#io.raw.stderr(this.#clear);
    this.#io.stderr(`${line}\n`);
  }

  start(): void {
    if (!this.#io.isTerminal) return;
    this.#timer = setInterval(
      () => this.#io.raw.stderr(`${this.#clear}${this.#events} events, ${Math.round(this.#bytes / 1024)} kB`),
      PROGRESS_MS,
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#io.raw.stderr(this.#clear);
  }

  get #clear(): string {
    return this.#io.isTerminal ? '\r\x1b[K' : '';
  }
}
