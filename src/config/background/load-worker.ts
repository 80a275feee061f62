import { parentPort, workerData } from 'node:worker_threads';
import { ConfigError } from '../config-problem.ts';
import { readConfigText } from '../config-text.ts';
import { parseConfig } from '../load.ts';
import type { LoadOptions } from '../load-options.ts';
import { type ConfigPiece, toPieces } from './config-pieces.ts';

/** What the thread is started with. */
export interface WorkerInput {
  file: string;
  options: LoadOptions;
}

/*
 * The thread of `loadInBackground`: it reads and checks config.yaml, and sends the configuration, or its problems,
 * piece by piece, each when it is asked for. (Node hands over all messages that there are at once: the other thread
 * would do nothing else meanwhile.)
 */
const { file, options } = workerData as WorkerInput;
const pieces = piecesOf();
parentPort?.on('message', () => {
  const { value } = pieces.next();
  if (value === undefined) parentPort?.close();
  else parentPort?.postMessage(value);
});

function* piecesOf(): Generator<ConfigPiece> {
  try {
    const text = readConfigText(file);
    yield* toPieces(parseConfig(text, file, options), text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield { kind: 'problems', problems: error.problems };
  }
}
