/** What a command talks to. Tests hand in their own. */
export interface Io {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  stdin: AsyncIterable<Uint8Array | string>;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM. */
  signal: AbortSignal;
  /** Whether a person looks at standard output. */
  isTerminal: boolean;
}

/** The exit codes, as sysexits has them where there is one. */
export const EXIT = { ok: 0, failed: 1, usage: 2, config: 78 } as const;
