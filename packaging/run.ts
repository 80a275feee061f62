import { spawnSync } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end, and gives what it printed.
 * @throws when it cannot be run or ends with anything but 0; with all that it printed
 */
export function run(file: string, args: readonly string[], { cwd, env }: RunOptions = {}): string {
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${stdout}\n${stderr}\n${[file, ...args].join(' ')}: ended with ${status ?? signal}`);
  return stdout;
}
