import { addAbortSignal } from 'node:stream';
import { isatty } from 'node:tty';
import { nodeErrorCode } from '../../node-error-code.ts';
import type { Io } from './io.ts';

/**
 * The process itself: its streams and its signals.
 * @param survivesClosedOutput whether the command does its work when nobody reads its output any more, as the service
 * must
 */
export function processIo(survivesClosedOutput: boolean): Io {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const written = (stream: NodeJS.WriteStream) => {
    let broken = false;
    stream.on('error', (error) => {
      broken = true;
      if (survivesClosedOutput) return;
      stop.abort();
      // `call-events replay … | head` has read enough: that is no fault.
      if (nodeErrorCode(error) === 'EPIPE') return;
      if (stream === process.stdout) process.stderr.write(`standard output cannot be written: ${error.message}\n`);
      process.exit(1);
    });
    return (text: string) => {
      if (!broken) stream.write(text);
    };
  };
  const { columns } = process.stdout;
  const askAtTerminal = async (prompt: string) => {
    const { askHidden } = await import('./hidden-input.ts');
    // Not to standard output, which may go into a file.
    return askHidden(prompt, process.stdin, (text) => process.stderr.write(text));
  };
  const readAtTerminal = async () => {
    const { readTypedLine } = await import('./line-input.ts');
    return readTypedLine(process.stdin, stop.signal);
  };
  return {
    stdout: written(process.stdout),
    stderr: written(process.stderr),
    get stdin() {
      return addAbortSignal(stop.signal, process.stdin);
    },
    env: process.env,
    ...(isatty(0) && { askHidden: askAtTerminal, readTypedLine: readAtTerminal }),
    signal: stop.signal,
    isTerminal: process.stdout.isTTY === true,
    hasTerminal: [0, 1].some((descriptor) => isatty(descriptor)),
    ...(columns !== undefined && { columns }),
  };
}
