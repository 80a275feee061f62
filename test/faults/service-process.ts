import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The built program, where there is one: it starts faster than the sources. */
const MAIN = existsSync(join(ROOT, 'dist/main.js')) ? 'dist/main.js' : 'src/main.ts';

/** `call-events run`, or another command that goes on, as a process of its own, to be killed. */
export class ServiceProcess {
  readonly #config: string;
  readonly #preload: readonly string[];
  readonly #command: string;
  #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  /** All that it has logged. */
  log = '';

  /** @param preload modules that it loads before its own */
  constructor(
    config: string,
    env: NodeJS.ProcessEnv = {},
    preload: readonly string[] = [],
    command: 'run' | 'deliver' = 'run',
  ) {
    this.#command = command;
    this.#config = config;
    this.#preload = preload;
    this.#env = env;
  }

  start(): void {
    const killed = this.#env.CALL_EVENTS_KILL_AT !== undefined;
    const main = killed
      ? ['test/faults/killed-at-step.ts', this.#config]
      : [MAIN, this.#command, '--config', this.#config];
    const [script = '', ...args] = main;
    const before = this.#preload.flatMap((module) => ['--import', module]);
    const child = spawn(process.execPath, [...before, join(ROOT, script), ...args], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
      });
    this.#child = child;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Time on the CPU since its start, in milliseconds. */
  get cpuMs(): number {
    // user and system time, the 14th and 15th field of proc(5), in hundredths of a second.
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  get exitCode(): number | null | undefined {
    return this.#child?.exitCode;
  }

  get isKilled(): boolean {
    return typeof this.#child?.signalCode === 'string';
  }

  /** Resolves with the exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  }

  /** From the next start on it is not killed at a step. */
  spare(): void {
    const { CALL_EVENTS_KILL_AT, ...env } = this.#env;
    void CALL_EVENTS_KILL_AT;
    this.#env = env;
  }

  /** Says something to a module that was loaded before it. */
  send(message: number): void {
    this.#child?.send(message);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | string | null> {
    const ended = this.ended();
    this.#child?.kill(signal);
    return ended;
  }
}

/** Resolves once the condition holds; rejects with what was waited for when it takes too long. */
export async function until(what: string, condition: () => boolean, withinMs = 60_000): Promise<void> {
  const from = performance.now();
  while (!condition()) {
    if (performance.now() - from > withinMs) throw new Error(`waited ${withinMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
