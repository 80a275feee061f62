import { createConnection, type Socket } from 'node:net';

/** A plain AMI session for the lab: it drives Asterisk, and keeps the text of every event as it came. */
export class LabAmi {
  readonly #socket: Socket;
  #text = '';
  #pending = '';
  #count = 0;
  readonly #answers = new Map<string, (block: string) => void>();
  #waiting: { matches: (block: string) => boolean; resolve: (block: string) => void }[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  static async login(username: string, secret: string, mask: string): Promise<LabAmi> {
    const socket = createConnection(5038, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const ami = new LabAmi(socket);
    await ami.action({ Action: 'Login', Username: username, Secret: secret, Events: 'off' });
    await ami.action({ Action: 'Events', EventMask: mask });
    return ami;
  }

  /** Sends an action. @returns its answer */
  async action(headers: Record<string, string>): Promise<string> {
    const id = `lab-${++this.#count}`;
    const answered = new Promise<string>((resolve) => this.#answers.set(id, resolve));
    const lines = Object.entries({ ...headers, ActionID: id }).map(([name, value]) => `${name}: ${value}`);
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return answered;
  }

  /** The next event that matches. */
  async event(what: string, matches: (block: string) => boolean, withinMs = 15_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited ${withinMs} ms for ${what}`)), withinMs);
      this.#waiting.push({
        matches,
        resolve: (block) => {
          clearTimeout(timer);
          resolve(block);
        },
      });
    });
  }

  /** The events since the last time, as they came. */
  takeText(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Names of the channels that are alive. */
  async channels(): Promise<string[]> {
    const answer = await this.action({ Action: 'Command', Command: 'core show channels concise' });
    return [...answer.matchAll(/^(?:Output: )?([^!\s]+)!/gm)].map(([, name]) => name ?? '');
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#pending += text;
    for (let end = this.#pending.indexOf('\r\n\r\n'); end >= 0; end = this.#pending.indexOf('\r\n\r\n')) {
      // A TestEvent can end in more line ends than one block needs.
      const block = this.#pending.slice(0, end + 4).replace(/^[\r\n]+/, '');
      this.#pending = this.#pending.slice(end + 4);
      const id = /^ActionID: (.*)\r$/m.exec(block)?.[1];
      if (/^(Asterisk Call Manager.*\r\n)?Response: /.test(block) && id !== undefined) {
        this.#answers.get(id)?.(block);
        this.#answers.delete(id);
        continue;
      }
      if (!block.startsWith('Event: ')) continue;
      if (!/^Event: (FullyBooted|SuccessfulAuth|ChallengeSent|ContactStatus|PeerStatus)/.test(block))
        this.#text += block;
      const waiter = this.#waiting.find(({ matches }) => matches(block));
      if (waiter === undefined) continue;
      this.#waiting = this.#waiting.filter((one) => one !== waiter);
      waiter.resolve(block);
    }
  }
}
