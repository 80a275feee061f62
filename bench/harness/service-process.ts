import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigShape, configText } from '../stream/config.ts';
import { NodeProcess } from './node-process.ts';
import { ROOT } from './paths.ts';

/** `call-events run` as systemd/ starts it, in a process of its own. */
export class ServiceProcess extends NodeProcess {
  readonly #directory: string;

  private constructor(directory: string, configFile: string) {
    super([join(ROOT, 'dist/main.js'), 'run', '--config', configFile]);
    this.#directory = directory;
  }

  /** Writes its config.yaml. @param shape without `outbox` it begins with an empty one @returns what starts it */
  static prepare(shape: ConfigShape): () => ServiceProcess {
    const directory = mkdtempSync(join(ROOT, 'dist-bench/service-'));
    const configFile = join(directory, 'config.yaml');
    writeFileSync(configFile, configText({ outbox: join(directory, 'outbox.db'), ...shape }));
    return () => new ServiceProcess(directory, configFile);
  }

  override async kill(): Promise<void> {
    await super.kill();
    rmSync(this.#directory, { recursive: true });
  }
}
