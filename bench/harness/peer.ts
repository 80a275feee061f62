import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PEERS = join(import.meta.dirname, '../peers');

/** What most of them send when they are ready. */
export interface Ports {
  port: number;
  receiverPort: number;
}

/** A process that a case talks to: Asterisk's side, the receiver's side. Its time is not the case's. */
export class Peer<Ready = Ports> {
  readonly #child: ChildProcess;
  /** What it sent when it was ready. */
  readonly ready: Ready;

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child;
    this.ready = ready;
  }

  /** @param file its name under `peers/`, without extension */
  static async start<Ready = Ports>(file: string, parameters: object = {}): Promise<Peer<Ready>> {
    const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
    const child = fork(join(PEERS, file + extension), [JSON.stringify(parameters)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    process.once('exit', () => child.kill());
    const [ready] = (await once(child, 'message')) as [Ready];
    return new Peer(child, ready);
  }

  /** Lets it begin. */
  go(): void {
    this.#child.send('go');
  }

  /** The next message that it sends. */
  async message<T>(): Promise<T> {
    const [message] = (await once(this.#child, 'message')) as [T];
    return message;
  }

  stop(): void {
    this.#child.kill();
  }
}
