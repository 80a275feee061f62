import { EXIT_CODES } from '../../error-codes.ts';
import { printable } from '../../printable.ts';

/** The program's streams and signals. Tests pass their own. */
export interface Io {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  stdin: AsyncIterable<Uint8Array | string>;
  env: NodeJS.ProcessEnv;
  /**
   * Asks for a line at the terminal and shows nothing of it; absent where standard input is none, or it was aborted.
   */
  askHidden?: (prompt: string) => Promise<string | undefined>;
  /** Reads a line that is typed at the terminal; absent where standard input is none, or it was aborted. */
  readTypedLine?: () => Promise<string | undefined>;
  /** Aborted by Ctrl-C or SIGTERM, and when nobody reads standard output any more. */
  signal: AbortSignal;
  /** Whether a person looks at standard output. */
  isTerminal: boolean;
  /** Whether the program was started at a terminal, whatever its output goes to; left out: as {@link isTerminal}. */
  hasTerminal?: boolean;
  /** How many characters a line of the terminal has; absent where there is none. */
  columns?: number;
}

/** The same for a command, whose output cannot steer a terminal. */
export interface CommandIo extends Io {
  /** Prints a text unescaped: for our own colours and overwritten lines, and for the log, which is escaped already. */
  raw: Pick<Io, 'stdout' | 'stderr'>;
}

/** Prints control characters as `\x1b`, for they may come from a caller or a receiver. */
export function commandIo(io: Io): CommandIo {
  return {
    raw: io,
    stdout: (text) => io.stdout(printable(text)),
    stderr: (text) => io.stderr(printable(text)),
    // Opened only by a command that reads it.
    get stdin() {
      return io.stdin;
    },
    env: io.env,
    ...(io.askHidden !== undefined && { askHidden: io.askHidden }),
    ...(io.readTypedLine !== undefined && { readTypedLine: io.readTypedLine }),
    signal: io.signal,
    isTerminal: io.isTerminal,
    hasTerminal: io.hasTerminal ?? io.isTerminal,
    ...(io.columns !== undefined && { columns: io.columns }),
  };
}

/** The exit codes; src/error-codes.ts says what they mean. */
export const EXIT = {
  ok: EXIT_CODES.ok.code,
  failed: EXIT_CODES.failed.code,
  usage: EXIT_CODES.usage.code,
  config: EXIT_CODES.config.code,
} as const;
