import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from './report.ts';
import { FULL } from './size.ts';

const CASES = join(import.meta.dirname, '../cases');
/** A case that takes longer has got stuck; those of the full sizes take up to a quarter of an hour. */
const LONGEST_MS = (FULL ? 60 : 10) * 60_000;

/**
 * Runs one case in a process of its own.
 * @param file its name under `cases/`, without extension
 * @throws when it ends without a report
 */
export async function runCase(file: string, parameters: object, nodeOptions: readonly string[] = []): Promise<Report> {
  const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
  const child = fork(join(CASES, file + extension), [JSON.stringify(parameters)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--no-deprecation', ...nodeOptions],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    timeout: LONGEST_MS,
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Report));
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`${file} ended with ${code ?? signal} without a report`)));
  });
}
