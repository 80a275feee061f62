import { execFile } from 'node:child_process';

/** Runs a program to its end; rejects when it cannot. */
export type Run = (file: string, args: readonly string[]) => Promise<void>;

const NOTIFY = 'systemd-notify';
const GIVE_UP_MS = 5000;

/**
 * Tells systemd how the service is (sd_notify(3)): a no-op where nobody listens, that is without `NOTIFY_SOCKET`.
 *
 * Node opens no Unix datagram sockets, so systemd's own `systemd-notify` says it; that is on every machine where there
 * is somebody to be told, and it needs no native package. The unit lets it: `NotifyAccess=all`. Messages arrive in the
 * order in which they were given.
 */
export class SystemdNotifier {
  /** How often systemd wants to hear that all is well, in milliseconds; absent: never. */
  readonly watchdogMs: number | undefined;
  readonly #run: Run | undefined;
  readonly #onTrouble: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #status = '';

  constructor(env: NodeJS.ProcessEnv, onTrouble: (error: unknown) => void, run: Run = runProgram) {
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = env;
    this.#onTrouble = onTrouble;
    this.#run = NOTIFY_SOCKET === undefined ? undefined : run;
    const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
    const usec = Number(WATCHDOG_USEC);
    this.watchdogMs = this.#run !== undefined && isOurs && usec > 0 ? usec / 1000 : undefined;
  }

  ready(): void {
    this.#say('READY=1');
  }

  /** {@link ready} must follow. */
  reloading(): void {
    this.#say('RELOADING=1');
  }

  stopping(): void {
    this.#say('STOPPING=1');
  }

  /** What `systemctl status` shows; said only when it has changed. */
  status(text: string): void {
    if (text === this.#status) return;
    this.#status = text;
    this.#say(`STATUS=${text}`);
  }

  watchdog(): void {
    this.#say('WATCHDOG=1');
  }

  /** Resolves when all has been said. */
  async said(): Promise<void> {
    await this.#last;
  }

  #say(message: string): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#last = this.#last.then(() => run(NOTIFY, [message])).catch(this.#onTrouble);
  }
}

async function runProgram(file: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(file, args, { timeout: GIVE_UP_MS }, (error) => (error === null ? resolve() : reject(error)));
  });
}
