import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** How long a command may take; Asterisk answers its console at once. */
const PATIENCE_MS = 15_000;

/** What a program printed, on either stream, and whether it ended well. */
export interface Ran {
  ok: boolean;
  output: string;
}

/** Runs a program by its name in $PATH; one that is not there has not ended well. */
export function runProgramOf(env: NodeJS.ProcessEnv, command: string, args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env,
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ok: status === 0, output: error === undefined ? `${stdout}${stderr}` : error.message };
}

/** Asterisk's console, for who may use it: root, and Asterisk's own user. */
export class Console {
  readonly #env: NodeJS.ProcessEnv;
  readonly #options: readonly string[];

  /** @param etc where Asterisk's configuration is, if not in /etc/asterisk: its asterisk.conf says where the console is */
  constructor(env: NodeJS.ProcessEnv, etc: string) {
    this.#env = env;
    const settings = join(etc, 'asterisk.conf');
    this.#options = etc !== '/etc/asterisk' && existsSync(settings) ? ['-C', settings] : [];
  }

  /** What a person would type. */
  commandLine(command: string): string {
    return ['asterisk', ...this.#options, '-rx', `'${command}'`].join(' ');
  }

  run(command: string): Ran {
    const ran = runProgramOf(this.#env, 'asterisk', [...this.#options, '-rx', command]);
    return { ok: ran.ok && !/^Unable to connect to remote asterisk/m.test(ran.output), output: ran.output };
  }
}
