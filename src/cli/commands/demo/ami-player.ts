import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AmiServer, type ReceivedAction } from './ami-server.ts';
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
 * An Asterisk of recorded calls: it plays them to the client that logs in, in the rhythm in which they were recorded.
 */
export class AmiPlayer {
  readonly #server: AmiServer;
  readonly #logs: readonly Block[][];
  readonly #speed: number;
  readonly #isEndless: boolean;
  readonly #onLog: (index: number) => void;
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
    this.#server = new AmiServer({
      corestatus: ({ succeed }) =>
        succeed('CoreStartupDate: 2026-01-01\r\nCoreStartupTime: 00:00:00\r\nCoreReloadDate: 2026-01-01\r\n'),
      coreshowchannels: (action) => this.#listChannels(action),
    });
  }

  /** Resolves when the last event has been played. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** @returns the port that it listens on */
  async start(): Promise<number> {
    return this.#server.start();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#server.stop();
  }

  #listChannels({ client, sendList }: ReceivedAction): void {
    sendList({
      ...{ message: 'Channels will follow', event: 'CoreShowChannel', items: [...this.#living.values()] },
      ...{ end: 'CoreShowChannelsComplete', count: 'ListItems' },
    });
    this.#client = client;
    void this.#play();
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
    const [, event = '', fields = ''] = /^Event: *(\w+)\r\n([\s\S]*?\r\n)\r\n$/.exec(text) ?? [];
    const [, uniqueid = ''] = /^Uniqueid: *(\S+)/m.exec(fields) ?? [];
    if (event === 'Newchannel' || event === 'Newstate') this.#living.set(uniqueid, fields);
    else if (event === 'Hangup') this.#living.delete(uniqueid);
  }
}
