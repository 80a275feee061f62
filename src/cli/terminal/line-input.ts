import type { ReadStream } from 'node:tty';

/**
 * Reads a line that is typed at a terminal, which shows it.
 * @returns absent when it was ended with Ctrl-D, or aborted
 */
export async function readTypedLine(
  input: Pick<ReadStream, 'on' | 'off' | 'resume' | 'pause'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const decoder = new TextDecoder();
  let line = '';
  const onData = (data: Uint8Array) => {
    line += decoder.decode(data, { stream: true });
    const end = line.indexOf('\n');
    if (end >= 0) resolve(line.slice(0, end));
  };
  const stop = () => resolve(undefined);
  input.on('data', onData);
  input.on('end', stop);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  input.resume();
  try {
    return await promise;
  } finally {
    input.off('data', onData);
    input.off('end', stop);
    signal.removeEventListener('abort', stop);
    input.pause();
  }
}
