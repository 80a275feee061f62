import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small disk of its own. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'call-events-small-disk-'));

  /** @returns whether this machine lets it be mounted */
  mount(): boolean {
    return this.#run('mount', '-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', this.path);
  }

  fill(): void {
    // Ends with "no space left", which is what is wanted.
    spawnSync('dd', ['if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=64k']);
  }

  empty(): void {
    rmSync(join(this.path, 'filler'));
  }

  remove(): void {
    this.#run('umount', this.path);
    rmSync(this.path, { recursive: true, force: true });
  }

  #run(command: string, ...args: string[]): boolean {
    return spawnSync(command, args).status === 0;
  }
}
