import type { ReadStream } from 'node:tty';

/**
 * Asks for a line at a terminal, and shows nothing of it.
 * @returns absent when it was ended with Ctrl-C or Ctrl-D
 */
export async function askHidden(
  prompt: string,
  input: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>,
  write: (text: string) => void,
): Promise<string | undefined> {
  write(prompt);
  input.setRawMode(true);
  input.resume();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const decoder = new TextDecoder();
  let line: string[] = [];
  const onData = (data: Uint8Array) => {
    for (const character of decoder.decode(data, { stream: true })) {
      if (character === '\r' || character === '\n') return resolve(line.join(''));
      if (character === '\x03' || (character === '\x04' && line.length === 0)) return resolve(undefined);
      if (character === '\x7f' || character === '\b') line.pop();
      // Ctrl-U: begin anew.
      else if (character === '\x15') line = [];
      else if (character >= ' ') line.push(character);
    }
  };
  input.on('data', onData);
  try {
    return await promise;
  } finally {
    input.off('data', onData);
    input.pause();
    input.setRawMode(false);
    write('\n');
  }
}
