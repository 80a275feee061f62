import { Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';

/** An Io that keeps what a command says. */
export function heardIo({ env = {}, stdin = '' }: { env?: NodeJS.ProcessEnv; stdin?: string } = {}) {
  const said = { stdout: '', stderr: '' };
  const stop = new AbortController();
  const io: Io = {
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    stdin: Readable.from([stdin]),
    env,
    signal: stop.signal,
    isTerminal: false,
  };
  return { io, stdout: () => said.stdout, stderr: () => said.stderr, stop: () => stop.abort() };
}
