import type { Io } from './io.ts';

/** The process itself: its streams and its signals. */
export function processIo(): Io {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    stdin: process.stdin,
    env: process.env,
    signal: stop.signal,
    isTerminal: process.stdout.isTTY === true,
  };
}
