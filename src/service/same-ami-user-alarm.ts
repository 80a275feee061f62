import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import type { Logger } from '../log.ts';
import { nodeErrorCode } from '../node-error-code.ts';

/** How often the second service checks whether it is alone by now. */
const AGAIN_MS = 30_000;
/** How soon it does where this process itself has the claim: another feed may be about to release it. */
const SOON_MS = 1000;
/** The answer is a few bytes from the same machine. */
const ANSWER_MS = 1000;
/** Distinguishes this process from one with the same id, in another container with the network of the host. */
const NONCE = randomBytes(8).toString('hex');

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
 * is not seen, unless both have the network of the host.
 */
export class SameAmiUserAlarm {
  readonly #log: Logger;
  #name = '';
  #server: Server | undefined;
  #again: NodeJS.Timeout | undefined;
  #isLogged = false;
  /** Whether this process itself had the claim at the last attempt. */
  #wasOwn = false;
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
    this.#wasOwn = false;
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
    const { pid, isOwn } = await claimantOf(name);
    const { username, host, port } = user;
    if (isOwn && !this.#wasOwn) this.#log.debug('this AMI user is claimed by this process; tried again');
    else if (pid !== '' && !this.#isLogged) {
      this.#isLogged = true;
      const found = isOwn
        ? `TWO servers of the configuration are Asterisk ${host}:${port} as ${username}: EVERY REQUEST IS SENT TWICE. Take one of them out`
        : `ANOTHER call-events (process ${pid}) is connected to Asterisk ${host}:${port} as ${username}: EVERY REQUEST IS SENT TWICE. Stop one of them`;
      this.#log.error({ pid }, found);
    }
    const isFirst = isOwn && !this.#wasOwn;
    this.#wasOwn = isOwn;
    this.#again = setTimeout(
      () => {
        this.#changes = this.#changes.then(async () => {
          if (name === this.#name) await this.#claim(name, user);
        });
      },
      isFirst ? SOON_MS : AGAIN_MS,
    );
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

/** Takes a name, and answers who asks with this process's id and nonce. */
async function listen(name: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(`${process.pid} ${NONCE}`));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(name, resolve);
  });
  return server.unref();
}

/** The process that has a name. `pid`: empty when nothing answers as we do; `isOwn`: it is this one. */
async function claimantOf(name: string): Promise<{ pid: string; isOwn: boolean }> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    const done = () => {
      socket.destroy();
      // Without a nonce: an older version.
      const [, pid = '', nonce] = /^(\d+)(?: ([\da-f]+))?$/.exec(answer) ?? [];
      resolve({ pid, isOwn: nonce === NONCE });
    };
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, done);
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 40);
    });
    socket.on('error', done).on('close', done);
  });
}
