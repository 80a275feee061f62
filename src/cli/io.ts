import { EXIT_CODES } from '../error-codes.ts';

/** What a command talks to. Tests hand in their own. */
export interface Io {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  stdin: AsyncIterable<Uint8Array | string>;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM, and when nobody reads standard output any more. */
  signal: AbortSignal;
  /** Whether a person looks at standard output. */
  isTerminal: boolean;
  /** How many characters a line of the terminal has; absent where there is none. */
  columns?: number;
}

/** The exit codes; src/error-codes.ts says what they mean. */
export const EXIT = {
  ok: EXIT_CODES.ok.code,
  failed: EXIT_CODES.failed.code,
  usage: EXIT_CODES.usage.code,
  config: EXIT_CODES.config.code,
} as const;
