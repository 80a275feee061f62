import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AsteriskFolder } from './asterisk-folder.ts';

/** How long a command may take; Asterisk answers its console at once. */
const PATIENCE_MS = 15_000;

/** What a program printed, on either stream, and whether it ended well. */
export interface Ran {
  ok: boolean;
  output: string;
}

/** Runs a program by its name in $PATH; if it is not there, `ok` is false. */
export function runProgramOf(env: NodeJS.ProcessEnv, command: string, args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env,
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ok: status === 0, output: error === undefined ? `${stdout}${stderr}` : error.message };
}

/** Asterisk's console, which root and Asterisk's own user may use. */
export class Console {
  readonly #env: NodeJS.ProcessEnv;
  readonly #program: string;
  readonly #options: readonly string[];

  /** @param program of the Asterisk that runs; absent: it is looked for */
  constructor(env: NodeJS.ProcessEnv, { etc, settings }: AsteriskFolder, program?: string) {
    this.#env = env;
    this.#program = program !== undefined && !isInPath(env, program) ? program : programBeside(env, etc);
    this.#options = settings === undefined ? [] : ['-C', settings];
  }

  /** The command for a person to type. */
  commandLine(command: string): string {
    return [this.#program, ...this.#options, '-rx', `'${command}'`].join(' ');
  }

  run(command: string): Ran {
    const ran = runProgramOf(this.#env, this.#program, [...this.#options, '-rx', command]);
    return { ok: ran.ok && !/^Unable to connect to remote asterisk/m.test(ran.output), output: ran.output };
  }
}

/** Whether this is the program that `asterisk` stands for. */
const isInPath = ({ PATH = '' }: NodeJS.ProcessEnv, program: string) =>
  PATH.split(':').find((folder) => existsSync(join(folder, 'asterisk'))) === dirname(program);

/**
 * Built with a prefix of its own, it need not be in $PATH: /opt/asterisk/etc/asterisk belongs to
 * /opt/asterisk/sbin/asterisk.
 */
function programBeside({ PATH = '' }: NodeJS.ProcessEnv, etc: string): string {
  if (PATH.split(':').some((folder) => existsSync(join(folder, 'asterisk')))) return 'asterisk';
  const program = join(dirname(dirname(etc)), 'sbin/asterisk');
  return existsSync(program) ? program : 'asterisk';
}
