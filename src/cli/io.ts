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

/** The exit codes, as sysexits has them where there is one. */
export const EXIT = { ok: 0, failed: 1, usage: 2, config: 78 } as const;
