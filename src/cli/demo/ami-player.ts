import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two blocks of a log that has no timestamps. */
const GAP_WITHOUT_TIMESTAMPS_MS = 20;
/** A moment to read what the call before has sent; shorter when it is played fast, but enough for it to be sent. */
const betweenLogsMs = (speed: number) => Math.max(100, Math.min(800, 4000 / speed));
/** No pause of the recording is played longer than this: nobody wants to watch a phone ring for half a minute. */
const LONGEST_PAUSE_MS = 3000;

/**
 * A small AMI server on loopback that plays recorded calls to the client that logs in, in the rhythm in which they were recorded.
 * It knows just the actions that the service sends.
 */
export class AmiPlayer {
  readonly #server: Server;
  readonly #blocks: Block[];
  readonly #speed: number;
  readonly #onLog: (index: number) => void;
  readonly #sockets = new Set<Socket>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #stopped = new AbortController();
  #playing = false;

  /**
   * @param logs recorded AMI text, one call after the other
   * @param speed 1: as recorded; 2: twice as fast
   * @param onLog is called with a log's index when its playing begins
   */
  constructor(logs: readonly string[], speed: number, onLog: (index: number) => void = () => undefined) {
    this.#blocks = logs.flatMap(blocksOf);
    this.#speed = speed;
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
        socket.write(`Event: CoreShowChannelsComplete\r\n${id}EventList: Complete\r\nListItems: 0\r\n\r\n`);
        void this.#play(socket);
        break;
      case 'logoff':
        socket.end(`Response: Goodbye\r\n${id}\r\n`);
        break;
      default:
        success(action === 'ping' ? 'Ping: Pong\r\n' : '');
    }
  }

  async #play(socket: Socket): Promise<void> {
    if (this.#playing) return;
    this.#playing = true;
    try {
      for (const { text, pauseMs, begins } of this.#blocks) {
        const pause = begins === undefined ? pauseMs / this.#speed : betweenLogsMs(this.#speed);
        if (pause > 0) await sleep(pause, undefined, { signal: this.#stopped.signal });
        if (begins !== undefined) this.#onLog(begins);
        socket.write(text);
      }
      this.#finished.resolve();
    } catch {
      // Stopped: nothing more is played.
      this.#finished.resolve();
    }
  }
}

interface Block {
  text: string;
  /** How long after the block before it. */
  pauseMs: number;
  /** The log that begins with it. */
  begins: number | undefined;
}

function blocksOf(log: string, index: number): Block[] {
  let before: number | undefined;
  return log
    .split(/\r?\n\r?\n/)
    .filter((block) => /^Event: /m.test(block))
    .map((block, first) => {
      const stamp = /^Timestamp: *([\d.]+)/m.exec(block)?.[1];
      const at = stamp === undefined ? undefined : Number(stamp) * 1000;
      const pause = at === undefined || before === undefined ? GAP_WITHOUT_TIMESTAMPS_MS : at - before;
      before = at ?? before;
      return {
        text: `${block.trim().replaceAll(/\r?\n/g, '\r\n')}\r\n\r\n`,
        pauseMs: Math.min(Math.max(pause, 0), LONGEST_PAUSE_MS),
        begins: first === 0 ? index : undefined,
      };
    });
}
