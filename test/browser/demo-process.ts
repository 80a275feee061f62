import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface DemoProcess {
  /** Where its page is, with a slash at the end. */
  url: string;
  /** Resolves when it has printed this. */
  saying(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** `npm run demo -- --stay`, as somebody types it. */
export async function startDemo(...options: string[]): Promise<DemoProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'demo', '--stay', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (const look of waiting) look();
  });
  const saying = async (words: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!text.includes(words)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      child.once('exit', () => reject(new Error(`the demo has ended: ${text}`)));
      look();
    });
  await saying('until you press Ctrl-C');
  return {
    url: /^The page: (\S+)$/m.exec(text)?.[1] ?? '',
    saying,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
