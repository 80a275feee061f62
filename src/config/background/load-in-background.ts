import { Worker } from 'node:worker_threads';
import { builtPath } from '../../package-root.ts';
import { ConfigError } from '../config-problem.ts';
import type { LoadOptions } from '../load-options.ts';
import { type ConfigPiece, fromPieces, type ReadConfig } from './config-pieces.ts';
import type { WorkerInput } from './load-worker.ts';

/** Ten thousand extensions with rules of their own take 2 s, and 10 s in the real YAML parser on a slow machine. */
const TIMEOUT_MS = 60_000;
/** The same ten thousand take 400 MB in the real parser. */
const MOST_HEAP_MB = 1024;

/** The thread's own file. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./load-worker.ts', import.meta.url)
  : builtPath('config-worker.js');

/**
 * Reads config.yaml as `loadConfig` does, in a thread of its own: no event of Asterisk waits for it. The configuration
 * comes back in pieces for the same reason.
 * @param file as the user named it; messages begin with it
 * @returns the configuration, and its text
 * @throws ConfigError with all problems; also when it takes too long, or needs too much memory
 */
export async function loadInBackground(
  file: string,
  options: LoadOptions = {},
  timeoutMs = TIMEOUT_MS,
): Promise<ReadConfig> {
  const fail = (message: string) => new ConfigError(file, [{ line: 1, column: 1, key: '', message }]);
  const input: WorkerInput = { file, options };
  const worker = new Worker(WORKER, {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    // The thread has all it needs in its options; secrets in the environment are read from there.
    env: {},
  });
  let timer: NodeJS.Timeout | undefined;
  let take: (piece: ConfigPiece) => void = () => undefined;
  try {
    return await new Promise<ReadConfig>((resolve, reject) => {
      timer = setTimeout(
        () => reject(fail(`reading and checking it takes longer than ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      worker.on('message', (piece: ConfigPiece) => take(piece));
      worker.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? fail(`reading and checking it takes more than ${MOST_HEAP_MB} MB of memory`)
            : error,
        ),
      );
      worker.on('exit', () => reject(new Error('the thread that reads config.yaml has ended without an answer')));
      const nextPiece = () =>
        new Promise<ConfigPiece>((taken) => {
          take = taken;
          worker.postMessage('next');
        });
      fromPieces(file, nextPiece).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
