import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMsOf } from './cpu-time.ts';
import { ROOT } from './paths.ts';

/** Node's options and the environment that the unit in systemd/ starts the service with. */
function ofUnit(): { options: string[]; environment: Record<string, string> } {
  const unit = readFileSync(join(ROOT, 'systemd/call-events.service'), 'utf8');
  const [, start = ''] = /^ExecStart=(.*)\/main\.js /m.exec(unit) ?? [];
  const options = start.split(' ').filter((word) => word.startsWith('--'));
  const variables = [...unit.matchAll(/^Environment=(\w+)=(\S+)$/gm)];
  if (options.length === 0) throw new Error('the unit has no ExecStart with options of Node');
  return { options, environment: Object.fromEntries(variables.map(([, name, value]) => [name, value])) };
}

/** A Node program as the unit would start it, whose time and memory are measured from outside. */
export class NodeProcess {
  readonly child: ChildProcess;

  /**
   * @param program the file, then its arguments
   * @param output whether what it prints can be read from `child.stdout`
   */
  constructor(program: readonly string[], output: 'ignore' | 'pipe' = 'ignore') {
    const { options, environment } = ofUnit();
    this.child = spawn(process.execPath, [...options, '--disable-warning=ExperimentalWarning', ...program], {
      stdio: ['ignore', output, 'inherit'],
      env: { ...process.env, ...environment },
    });
    this.child.once('exit', (code) => {
      if (code !== null) throw new Error(`${program[0]} ended with ${code}`);
    });
  }

  /** Resident memory now and at most, in MB. */
  get memory(): { rssMb: number; peakMb: number } {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const megabytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { rssMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
  }

  /** CPU time of all its threads so far, in milliseconds. */
  get cpuMs(): number {
    return cpuMsOf(this.child.pid);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}
