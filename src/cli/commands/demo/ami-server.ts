import { createServer, type Server, type Socket } from 'node:net';
import { listenOnLoopback } from './loopback.ts';

/** An action that a client has sent. Headers are lines, each with its end. */
export interface ReceivedAction {
  client: Socket;
  succeed(headers?: string): void;
  /** Answers with a list of events. */
  sendList(list: AmiList): void;
}

export interface AmiList {
  /** What follows. */
  message: string;
  event: string;
  /** The headers of each. */
  items: readonly string[];
  /** The event at the end, and the header in which it counts them. */
  end: string;
  count: string;
}

/** What answers an action, by its name in lower case. */
export type AmiAnswers = Readonly<Record<string, (action: ReceivedAction) => void>>;

/** What is answered the same by all. */
export const COMMON = {
  login({ client, succeed }) {
    succeed('Message: Authentication accepted\r\n');
    client.write('Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
  },
  ping: ({ succeed }) => succeed('Ping: Pong\r\n'),
  logoff: ({ client }) => void client.end('Response: Goodbye\r\n\r\n'),
} satisfies AmiAnswers;

/** An AMI server on loopback that lets everyone in, and answers as it is given; other actions succeed. */
export class AmiServer {
  /** All that are connected. */
  readonly clients = new Set<Socket>();
  readonly #server: Server;
  readonly #answers: AmiAnswers;
  readonly #onGone: (client: Socket) => void;

  /** @param onGone called when a client is gone */
  constructor(answers: AmiAnswers, onGone: (client: Socket) => void = () => undefined) {
    this.#answers = { ...COMMON, ...answers };
    this.#onGone = onGone;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** @returns the port that it listens on */
  async start(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Cuts every connection. */
  cut(): void {
    for (const client of this.clients) client.destroy();
  }

  #serve(client: Socket): void {
    this.clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => {
      this.clients.delete(client);
      this.#onGone(client);
    });
    client.write('Asterisk Call Manager/11.0.0\r\n');
    let pending = '';
    client.setEncoding('utf8').on('data', (text: string) => {
      pending += text;
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        this.#answer(client, pending.slice(0, end));
        pending = pending.slice(end + 4);
      }
    });
  }

  #answer(client: Socket, action: string): void {
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(action)?.[1]?.trim() ?? '';
    const id = header('ActionID') === '' ? '' : `ActionID: ${header('ActionID')}\r\n`;
    const succeed = (headers = '') => void client.write(`Response: Success\r\n${id}${headers}\r\n`);
    const sendList = ({ message, event, items, end, count }: AmiList) => {
      succeed(`EventList: start\r\nMessage: ${message}\r\n`);
      for (const item of items) client.write(`Event: ${event}\r\n${id}${item}\r\n`);
      client.write(`Event: ${end}\r\n${id}EventList: Complete\r\n${count}: ${items.length}\r\n\r\n`);
    };
    const answer = this.#answers[header('Action').toLowerCase()];
    if (answer === undefined) succeed();
    else answer({ client, succeed, sendList });
  }
}
