import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { freshRoot, type Release } from './roots.ts';

/** How long anything may take on a busy machine; nothing is expected to. */
const PATIENCE_MS = 90_000;

export interface Ended {
  code: number | null;
  /** Standard output and errors, as they came. */
  output: string;
}

/** A Debian with its own systemd, booted in a container without a network. */
export class Machine {
  /** Its files, as this machine sees them. */
  readonly root: string;
  /** Its systemd, by this machine's numbers. */
  readonly pid: number;
  readonly #container: ChildProcess;

  private constructor(root: string, container: ChildProcess, pid: number) {
    this.root = root;
    this.pid = pid;
    this.#container = container;
  }

  static async boot(release: Release): Promise<Machine> {
    const root = freshRoot(release);
    // nspawn wants a /run/systemd of its own where this machine has none. Without a registration it needs no machined.
    const script = `mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn &&
      exec systemd-nspawn -q -D '${root}' --register=no --keep-unit --private-network --boot --console=read-only`;
    const container = spawn('unshare', ['-m', 'sh', '-c', script], { detached: true, stdio: 'ignore' });
    try {
      const pid = await until('systemd to be started', () => initOf(container));
      const machine = new Machine(root, container, pid);
      await until('systemd to be up', () => machine.#isUp());
      return machine;
    } catch (error) {
      await removeContainer(container, root);
      throw error;
    }
  }

  /** Runs a command in it, as root, and gives what it printed. @throws when it ends with anything but 0 */
  run(command: string): string {
    const { code, output } = this.attempt(command);
    if (code !== 0) throw new Error(`${command}: ended with ${code}\n${output}`);
    return output;
  }

  /** The same, whatever it ends with. */
  attempt(command: string): Ended {
    const environment = [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LANG=C.UTF-8',
      'DEBIAN_FRONTEND=noninteractive',
    ];
    const { status, stdout } = spawnSync(
      'nsenter',
      ['-at', String(this.pid), 'env', '-i', ...environment, 'sh', '-c', `cd /root; exec 2>&1; ${command}`],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 },
    );
    return { code: status, output: stdout };
  }

  /** A property of the unit, as `systemctl show` has it. */
  property(name: string): string {
    return this.run(`systemctl show call-events --property=${name} --value`).trim();
  }

  /** What the unit has logged. */
  journal(): string {
    return this.run('journalctl -u call-events --no-pager -o cat');
  }

  /** Resolves when it has logged this. */
  async logged(text: string): Promise<void> {
    await until(`the log to say "${text}"`, () => this.journal().includes(text));
  }

  /** Switches it off at once, and removes its files. */
  async remove(): Promise<void> {
    await removeContainer(this.#container, this.root);
  }

  #isUp(): boolean {
    return /^(running|degraded)$/m.test(this.attempt('systemctl is-system-running --wait').output);
  }
}

async function removeContainer(container: ChildProcess, root: string): Promise<void> {
  const gone = once(container, 'exit');
  // The first process of a container takes all others with it.
  process.kill(initOf(container) ?? Number(container.pid), 'SIGKILL');
  await gone;
  rmSync(root, { recursive: true, force: true });
}

/** The systemd that a container has booted: the process below it that is the first of its own. */
function initOf({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '');
  return children.map(Number).find((child) => /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${child}/status`, 'utf8')));
}

/** Asks again and again, until there is an answer. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const from = performance.now();
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - from > PATIENCE_MS) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
    await pause(50);
  }
}
