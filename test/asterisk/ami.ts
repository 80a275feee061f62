import { createConnection, type Socket } from 'node:net';
import { Living } from './lab/living.ts';

const WAIT_MS = 15_000;
const LOOK_MS = 50;

/** What comes to every session whether anything happens or not. */
const NOISE = /^Event: (FullyBooted|SuccessfulAuth|ChallengeSent|ContactStatus|PeerStatus)\r/;

const ANSWER_MS = 15_000;

/**
 * A plain AMI session for the lab: it drives Asterisk, waits for what it reports, and keeps every event's text as it
 * came.
 */
export class LabAmi {
  /** The channels that are alive, as far as this session has seen. */
  readonly living = new Living();
  /** What else is done with the text of every event. */
  onEvent: ((block: string) => void) | undefined;
  readonly #socket: Socket;
  #blocks: string[] = [];
  #pending = '';
  #count = 0;
  readonly #answers = new Map<string, (block: string) => void>();
  readonly #waiting = new Set<() => void>();

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

  /** Sends an action. @returns its answer; rejects when none comes, as when Asterisk is no more */
  async action(headers: Record<string, string>): Promise<string> {
    const id = `lab-${++this.#count}`;
    const answered = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${headers.Action}`)), ANSWER_MS);
      this.#answers.set(id, (block) => {
        clearTimeout(timer);
        resolve(block);
      });
    });
    const lines = Object.entries({ ...headers, ActionID: id }).map(([name, value]) => `${name}: ${value}`);
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return answered;
  }

  /** Sends an action that Asterisk must take. @returns its answer */
  async does(headers: Record<string, string>): Promise<string> {
    const answer = await this.action(headers);
    if (!answer.includes('Response: Success')) throw new Error(`${headers.Action} was refused: ${answer}`);
    return answer;
  }

  /**
   * Resolves once the condition holds; it is looked at after every event, and now and then for what the phones report.
   */
  async until(what: string, condition: () => boolean, withinMs = WAIT_MS): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!condition()) return;
        stop();
        resolve();
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`waited ${withinMs} ms for ${what}; alive: ${this.living.names().join(', ')}`));
      }, withinMs);
      const again = setInterval(look, LOOK_MS);
      const stop = () => {
        clearTimeout(timer);
        clearInterval(again);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
    });
  }

  /**
   * The n-th event of this scenario that matches: one that has come already, or comes yet.
   * @returns its text
   */
  async event(what: string, pattern: RegExp, nth = 1): Promise<string> {
    let found: string | undefined;
    await this.until(what, () => {
      found = this.#blocks.filter((block) => pattern.test(block))[nth - 1];
      return found !== undefined;
    });
    return found ?? '';
  }

  /** The name of an endpoint's living channel. */
  channelOf(endpoint: string): string {
    const name = this.living.names().find((one) => one.includes(`/${endpoint}-`));
    if (name === undefined) throw new Error(`${endpoint} has no channel`);
    return name;
  }

  /** The events since {@link forget}, as they came. */
  get text(): string {
    return this.#blocks.join('');
  }

  forget(): void {
    this.#blocks = [];
  }

  /** Names of the channels that are alive, as Asterisk itself lists them. */
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
      if (!block.startsWith('Event: ') || NOISE.test(block)) continue;
      this.#blocks.push(block);
      this.living.take(block);
      this.onEvent?.(block);
      for (const look of [...this.#waiting]) look();
    }
  }
}
