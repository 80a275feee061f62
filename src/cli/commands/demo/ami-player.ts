import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Block, blocksOf, renewer } from './recorded-call.ts';

/** A moment to read what the call before has sent; shorter when it is played fast, but enough for it to be sent. */
const betweenLogsMs = (speed: number) => Math.max(100, Math.min(800, 4000 / speed));

export interface AmiPlayerOptions {
  /** Recorded AMI text, one call after the other. */
  logs: readonly string[];
  /** 1: as recorded; 2: twice as fast. */
  speed: number;
  /** Whether it begins again after the last call, and rings and talks for long enough to be looked at; left out: no. */
  isEndless?: boolean;
  /** Called with a log's index when its playing begins. */
  onLog?: (index: number) => void;
}

/**
 * A small AMI server on loopback that plays recorded calls to the client that logs in, in the rhythm in which they were recorded.
 * It knows just the actions that the service sends.
 */
export class AmiPlayer {
  readonly #server: Server;
  readonly #logs: readonly Block[][];
  readonly #speed: number;
  readonly #isEndless: boolean;
  readonly #onLog: (index: number) => void;
  readonly #sockets = new Set<Socket>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #stopped = new AbortController();
  #isPlaying = false;
  /** What the list of channels says of those that are alive, by their Uniqueids. */
  readonly #living = new Map<string, string>();
  /** The client that has logged in last. */
  #client: Socket | undefined;

  constructor({ logs, speed, isEndless = false, onLog = () => undefined }: AmiPlayerOptions) {
    this.#logs = logs.map((log) => blocksOf(log, isEndless));
    this.#speed = speed;
    this.#isEndless = isEndless;
    this.#onLog = onLog;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Resolves when the last event has been played. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** @returns the port that it listens on */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    let pending = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      pending += text;
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        this.#answer(socket, pending.slice(0, end));
        pending = pending.slice(end + 4);
      }
    });
  }

  #answer(socket: Socket, block: string): void {
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(block)?.[1]?.trim() ?? '';
    const action = header('Action').toLowerCase();
    const id = header('ActionID') === '' ? '' : `ActionID: ${header('ActionID')}\r\n`;
    const success = (rest: string) => socket.write(`Response: Success\r\n${id}${rest}\r\n`);
    switch (action) {
      case 'login':
        success('Message: Authentication accepted\r\n');
        socket.write('Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
        break;
      case 'corestatus':
        success('CoreStartupDate: 2026-01-01\r\nCoreStartupTime: 00:00:00\r\nCoreReloadDate: 2026-01-01\r\n');
        break;
      case 'coreshowchannels':
        success('EventList: start\r\nMessage: Channels will follow\r\n');
        for (const fields of this.#living.values()) socket.write(`Event: CoreShowChannel\r\n${id}${fields}\r\n\r\n`);
        socket.write(
          `Event: CoreShowChannelsComplete\r\n${id}EventList: Complete\r\nListItems: ${this.#living.size}\r\n\r\n`,
        );
        this.#client = socket;
        void this.#play();
        break;
      case 'logoff':
        socket.end(`Response: Goodbye\r\n${id}\r\n`);
        break;
      default:
        success(action === 'ping' ? 'Ping: Pong\r\n' : '');
    }
  }

  async #play(): Promise<void> {
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    try {
      let playing = 0;
      do {
        for (const [index, blocks] of this.#logs.entries()) await this.#playLog(index, blocks, playing++);
      } while (this.#isEndless);
    } catch {
      // Stopped: nothing more is played.
    }
    this.#finished.resolve();
  }

  async #playLog(index: number, blocks: readonly Block[], playing: number): Promise<void> {
    const { signal } = this.#stopped;
    await sleep(betweenLogsMs(this.#speed), undefined, { signal });
    this.#onLog(index);
    const renewed = renewer(blocks, playing, Date.now());
    for (const [at, { text, pauseMs }] of blocks.entries()) {
      if (at > 0 && pauseMs > 0) await sleep(pauseMs / this.#speed, undefined, { signal });
      const event = renewed(text, Date.now());
      this.#note(event);
      this.#client?.write(event);
    }
  }

  #note(text: string): void {
    const [, event = '', fields = ''] = /^Event: *(\w+)\r\n([\s\S]*?)\r\n\r\n$/.exec(text) ?? [];
    const [, uniqueid = ''] = /^Uniqueid: *(\S+)/m.exec(fields) ?? [];
    if (event === 'Newchannel' || event === 'Newstate') this.#living.set(uniqueid, fields);
    else if (event === 'Hangup') this.#living.delete(uniqueid);
  }
}
