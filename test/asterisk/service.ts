import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrival, RecordingReceiver } from '../faults/recording-receiver.ts';
import { until } from '../faults/service-process.ts';
import { FIXTURES } from '../helpers/expected.ts';

const DRAIN_MS = 2000;
const ROOT = join(import.meta.dirname, '../..');

/** `call-events run` beside Asterisk, with a receiver of its own. */
export class RunningService {
  readonly receiver = new RecordingReceiver();
  readonly #asterisk: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'call-events-asterisk-'));
  #process: ChildProcess | undefined;
  #log = '';
  #taken = 0;

  /** @param asterisk the configuration's `asterisk:` as YAML in one line: it says which rights are used */
  constructor(asterisk: string) {
    this.#asterisk = asterisk;
  }

  async start(): Promise<void> {
    const port = await this.receiver.listen();
    const config = join(this.#directory, 'config.yaml');
    const extensions = readFileSync(join(FIXTURES, 'config.yaml'), 'utf8');
    writeFileSync(
      config,
      `asterisk: ${this.#asterisk}\nparameters: [LegID]\nvariables: [MIXMONITOR_FILENAME]\n${extensions.replaceAll('127.0.0.1:9/', `127.0.0.1:${port}/`)}`,
    );
    this.#process = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'run', '--config', config], {
      env: { ...process.env, STATE_DIRECTORY: this.#directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    await until('the service to connect', () => this.#log.includes('AMI: connected'));
  }

  /** The requests since the last time, once there are so many or no more come. */
  async take(count: number): Promise<Arrival[]> {
    const { arrivals } = this.receiver;
    await until(`${count} requests`, () => arrivals.length - this.#taken >= count, 20_000).catch(() => undefined);
    const taken = arrivals.slice(this.#taken);
    this.#taken = arrivals.length;
    return taken;
  }

  /** What still comes of a call that went wrong is not the next one's: forgets all, once nothing more comes. */
  async forget(): Promise<void> {
    do {
      this.#taken = this.receiver.arrivals.length;
      await sleep(DRAIN_MS);
    } while (this.receiver.arrivals.length > this.#taken);
  }

  /** @returns what was wrong with its end */
  async stop(): Promise<string | undefined> {
    const child = this.#process;
    if (child === undefined) return undefined;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const code = await ended;
    await this.receiver.stop();
    rmSync(this.#directory, { recursive: true, force: true });
    const late = this.receiver.arrivals.slice(this.#taken);
    if (late.length > 0) return `requests that nobody expects: ${JSON.stringify(late, null, 1)}`;
    return code === 0 ? undefined : `the service ended with ${String(code)}:\n${this.#log.slice(-2000)}`;
  }
}
