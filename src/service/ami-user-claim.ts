import { connect, createServer, type Server } from 'node:net';
import type { Logger } from '../log.ts';
import { nodeErrorCode } from '../node-error-code.ts';

/** How often the second service checks whether it is alone by now. */
const AGAIN_MS = 30_000;
/** The answer is a few bytes from the same machine. */
const ANSWER_MS = 1000;

/** An AMI user of one Asterisk. */
export interface AmiUser {
  host: string;
  port: number;
  username: string;
}

/**
 * Warns when another service on this machine is logged in as the same AMI user: then each of the two sends every
 * request, whatever their outboxes are. AMI has no list of its sessions for a user with the rights that a service
 * needs, and a lock file has no place that a unit and a run by hand, as different users, both see. A socket in Linux's
 * abstract namespace has no file and no owner, and is gone with its process, however that ends. In another container it
 * is not seen.
 */
export class AmiUserClaim {
  readonly #log: Logger;
  #name = '';
  #server: Server | undefined;
  #again: NodeJS.Timeout | undefined;
  #isLogged = false;
  /** One after the other. */
  #changes: Promise<void> = Promise.resolve();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Claims this user from now on, and no other. */
  use(user: AmiUser): void {
    const name = nameOf(user);
    if (process.platform !== 'linux' || name === this.#name) return;
    this.#name = name;
    this.#changes = this.#changes.then(async () => {
      await this.#release();
      if (name === this.#name) await this.#claim(name, user);
    });
  }

  async stop(): Promise<void> {
    this.#name = '';
    this.#changes = this.#changes.then(async () => this.#release());
    await this.#changes;
  }

  async #release(): Promise<void> {
    clearTimeout(this.#again);
    this.#isLogged = false;
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  async #claim(name: string, user: AmiUser): Promise<void> {
    this.#server = await listen(name).catch((error) => {
      if (nodeErrorCode(error) === 'EADDRINUSE') return undefined;
      this.#log.debug({ err: error }, 'whether another service uses this AMI user cannot be found out here');
      return undefined;
    });
    if (this.#server !== undefined || name !== this.#name) return;
    const pid = await answerOf(name);
    // Another feed of ours, whose server has another name by now, releases its claim in a moment.
    if (pid === String(process.pid)) this.#log.debug('this AMI user is claimed by this process; tried again');
    else if (pid !== '' && !this.#isLogged) {
      this.#isLogged = true;
      const { username, host, port } = user;
      this.#log.error(
        { pid },
        `ANOTHER call-events (process ${pid}) is connected to Asterisk ${host}:${port} as ${username}: EVERY REQUEST IS SENT TWICE. Stop one of them`,
      );
    }
    this.#again = setTimeout(() => {
      this.#changes = this.#changes.then(async () => {
        if (name === this.#name) await this.#claim(name, user);
      });
    }, AGAIN_MS);
    this.#again.unref();
  }
}

const LOCAL = new Set(['localhost', '127.0.0.1', '::1']);

/** In the abstract namespace, where names begin with NUL. */
function nameOf({ host, port, username }: AmiUser): string {
  const where = LOCAL.has(host.toLowerCase()) ? 'localhost' : host.toLowerCase();
  // The kernel takes 107 bytes.
  return `\0call-events/${where}:${port}/${username}`.slice(0, 100);
}

/** Takes a name, and answers who asks with this process's id. */
async function listen(name: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(name, resolve);
  });
  return server.unref();
}

/** @returns the id of the process that has the name; empty when nothing answers as we do */
async function answerOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    const done = () => {
      socket.destroy();
      resolve(/^\d+$/.test(answer) ? answer : '');
    };
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, done);
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 20);
    });
    socket.on('error', done).on('close', done);
  });
}
