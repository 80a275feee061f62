import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigShape, configText } from '../stream/config.ts';
import { ROOT } from './paths.ts';

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** Node's options and the environment that the unit in systemd/ starts the service with. */
function ofUnit(): { options: string[]; environment: Record<string, string> } {
  const unit = readFileSync(join(ROOT, 'systemd/call-events.service'), 'utf8');
  const [, start = ''] = /^ExecStart=(.*)\/main\.js /m.exec(unit) ?? [];
  const options = start.split(' ').filter((word) => word.startsWith('--'));
  const variables = [...unit.matchAll(/^Environment=(\w+)=(\S+)$/gm)];
  if (options.length === 0) throw new Error('the unit has no ExecStart with options of Node');
  return { options, environment: Object.fromEntries(variables.map(([, name, value]) => [name, value])) };
}

/** `call-events run` as systemd/ starts it, in a process of its own. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
  }

  /** Writes its config.yaml and starts it. @param shape without `outbox` it begins with an empty one */
  static prepare(shape: ConfigShape): () => ServiceProcess {
    const directory = mkdtempSync(join(ROOT, 'dist-bench/service-'));
    const configFile = join(directory, 'config.yaml');
    const { options, environment } = ofUnit();
    writeFileSync(configFile, configText({ outbox: join(directory, 'outbox.db'), ...shape }));
    return () => {
      const main = join(ROOT, 'dist/main.js');
      const child = spawn(
        process.execPath,
        [...options, '--disable-warning=ExperimentalWarning', main, 'run', '--config', configFile],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, ...environment },
        },
      );
      child.once('exit', (code) => {
        if (code !== null) throw new Error(`the service ended with ${code}`);
      });
      return new ServiceProcess(child, directory);
    };
  }

  /** Resident memory now and at most, in MB. */
  get memory(): { rssMb: number; peakMb: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const megabytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { rssMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
  }

  /** CPU time of all its threads so far, in milliseconds. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return (user + system) * MS_PER_TICK;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#directory, { recursive: true });
  }
}
