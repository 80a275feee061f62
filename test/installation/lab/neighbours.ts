import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Arrivals } from '../../helpers/arrivals.ts';
import { startFakeAsterisk } from '../../helpers/fake-asterisk.ts';
import { type Arrived, startReceiver } from '../../helpers/receiver.ts';
import type { Machine } from './machine.ts';

type Order = { play: string } | { status: number };

/** An Asterisk and a receiver on a machine's loopback, in a process of this machine. */
export class Neighbours {
  readonly requests = new Arrivals<Arrived>();
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
    child.on('message', (request: Arrived) => this.requests.add(request));
  }

  static async start({ pid }: Machine): Promise<Neighbours> {
    const child = spawn('nsenter', ['-n', '-t', String(pid), process.execPath, import.meta.filename], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [url] = await once(child, 'message');
    return new Neighbours(child, String(url));
  }

  /** Plays a recording to those who are logged in. */
  play(text: string): void {
    this.#order({ play: text });
  }

  /** What the receiver answers from now on. */
  answer(status: number): void {
    this.#order({ status });
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }

  #order(order: Order): void {
    this.#process.send(order);
  }
}

/** What runs in the machine's network. */
async function main(): Promise<void> {
  const asterisk = await startFakeAsterisk({ port: 5038, secret: 'quite-secret' });
  const receiver = await startReceiver();
  let sent = 0;
  process.on('message', (order: Order) => {
    if ('play' in order) asterisk.play(order.play);
    else receiver.status = order.status;
  });
  process.once('disconnect', () => process.exit());
  process.send?.(receiver.url);
  for (;;) {
    const all = await receiver.requests.until(({ length }) => length > sent, 2 ** 31 - 1);
    for (const request of all.slice(sent)) process.send?.(request);
    sent = all.length;
  }
}

if (process.argv[1] === import.meta.filename) await main();
