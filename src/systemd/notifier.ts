import { execFile } from 'node:child_process';

/** Runs a program to its end; rejects when it cannot. */
export type Run = (file: string, args: readonly string[]) => Promise<void>;

const NOTIFY = 'systemd-notify';
const TIMEOUT_MS = 5000;

/**
 * Notifies systemd of how the service is (sd_notify(3)); a no-op without `NOTIFY_SOCKET`, where systemd does not
 * listen.
 *
 * Node opens no Unix datagram sockets, so systemd's own `systemd-notify` sends the messages; it is on every machine
 * that has systemd, and it needs no native package. The unit lets it: `NotifyAccess=all`. Messages arrive in the order
 * in which they were sent.
 */
export class SystemdNotifier {
  /** How often systemd expects {@link watchdog}, in milliseconds; absent: never. */
  readonly watchdogMs: number | undefined;
  readonly #run: Run | undefined;
  readonly #onError: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #status = '';

  /**
   * @param onError called with why a message could not be sent; the service goes on
   * @param run left out: as a child process
   */
  constructor(env: NodeJS.ProcessEnv, onError: (error: unknown) => void, run: Run = runProgram) {
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = env;
    this.#onError = onError;
    this.#run = NOTIFY_SOCKET === undefined ? undefined : run;
    const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
    const usec = Number(WATCHDOG_USEC);
    this.watchdogMs = this.#run !== undefined && isOurs && usec > 0 ? usec / 1000 : undefined;
  }

  ready(): void {
    this.#send('READY=1');
  }

  /** {@link ready} must follow. */
  reloading(): void {
    this.#send('RELOADING=1');
  }

  stopping(): void {
    this.#send('STOPPING=1');
  }

  /** What `systemctl status` shows; sent only when it has changed. */
  status(text: string): void {
    if (text === this.#status) return;
    this.#status = text;
    this.#send(`STATUS=${text}`);
  }

  watchdog(): void {
    this.#send('WATCHDOG=1');
  }

  /** Resolves when all messages have been sent. */
  async flushed(): Promise<void> {
    await this.#last;
  }

  #send(message: string): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#last = this.#last.then(() => run(NOTIFY, [message])).catch(this.#onError);
  }
}

async function runProgram(file: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(file, args, { timeout: TIMEOUT_MS }, (error) => (error === null ? resolve() : reject(error)));
  });
}
