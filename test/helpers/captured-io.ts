import { Readable } from 'node:stream';
import type { Io } from '../../src/cli/terminal/io.ts';
import { Arrivals } from './arrivals.ts';

export interface HeardIoOptions {
  env?: NodeJS.ProcessEnv;
  /** In the pieces in which it comes. */
  stdin?: string | readonly (string | Uint8Array)[];
  isTerminal?: boolean;
  columns?: number;
}

/** An Io that keeps what a command says. */
export function captureIo({ env = {}, stdin = '', isTerminal = false, columns }: HeardIoOptions = {}) {
  const said = { stdout: '', stderr: '' };
  const pieces = new Arrivals<string>();
  const stop = new AbortController();
  const keep = (where: 'stdout' | 'stderr') => (text: string) => {
    said[where] += text;
    pieces.add(text);
  };
  const io: Io = {
    stdout: keep('stdout'),
    stderr: keep('stderr'),
    stdin: Readable.from(typeof stdin === 'string' ? [stdin] : stdin),
    env,
    signal: stop.signal,
    isTerminal,
    ...(columns !== undefined && { columns }),
  };
  return {
    io,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    stop: () => stop.abort(),
    /** Resolves when what has been said makes this true. */
    until: (isTrue: () => boolean) => pieces.until(isTrue),
    /** Resolves when this has been said, on either stream. */
    saying: (text: string) => pieces.until(() => (said.stdout + said.stderr).includes(text)),
  };
}
