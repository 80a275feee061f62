import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Phone } from '../../asterisk/phone/phone.ts';
import { Arrivals } from '../../helpers/arrivals.ts';
import { type Arrived, startReceiver } from '../../helpers/receiver.ts';
import type { Machine } from './machine.ts';
import { portOf } from './real-asterisk.ts';

/** Where the receiver listens: the README's example. */
const RECEIVER_PORT = 8080;

/** `102` calls `101`, and hangs up when it rings. */
interface Order {
  caller: string;
  called: string;
  /** The endpoint whose phone rings. */
  rings: string;
}

/** Phones and a receiver on a machine's loopback, in a process of this machine. */
export class Phones {
  readonly requests = new Arrivals<Arrived>();
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (request: Arrived) => this.requests.add(request));
  }

  /** @param names of the endpoints that have one */
  static async start({ pid }: Machine, names: readonly string[]): Promise<Phones> {
    const child = spawn('nsenter', ['-n', '-t', String(pid), process.execPath, import.meta.filename, ...names], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return new Phones(child);
  }

  /** A call that nobody answers. */
  missCall(order: Order): void {
    this.#process.send(order);
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }
}

/** What runs in the machine's network. */
async function main(names: readonly string[]): Promise<void> {
  const receiver = await startReceiver(RECEIVER_PORT);
  const phones = new Map(names.map((name) => [name, new Phone(name, portOf(name))]));
  for (const phone of phones.values()) await phone.open();
  process.on('message', async ({ caller, called, rings }: Order) => {
    const call = phones.get(caller)?.call(called);
    await phones.get(rings)?.incoming();
    call?.cancel();
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
  let sent = 0;
  for (;;) {
    const all = await receiver.requests.until(({ length }) => length > sent, 2 ** 31 - 1);
    for (const request of all.slice(sent)) process.send?.(request);
    sent = all.length;
  }
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
