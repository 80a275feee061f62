import type { Answer } from 'asterisk-manager';
import { USED_EVENTS } from '../decode/dialect.ts';
import { AmiError } from '../errors.ts';
import type { Packet } from '../wire/packet.ts';
import { Connection } from './connection.ts';
import { firstValueOf, isError } from './optional-actions.ts';
import { RESYNC_EVENTS } from './resync.ts';
import { type AmiSettings, completeSettings } from './settings.ts';

/** The events of lists: their lines and their ends. */
const LIST_EVENTS = [
  ...['EndpointList', 'EndpointListComplete', 'PeerEntry', 'PeerlistComplete'],
  ...['DeviceStateChange', 'DeviceStateListComplete', 'ExtensionStatus', 'ExtensionStateListComplete'],
  ...['DBGetTreeResponse', 'DBGetTreeComplete'],
];

/** A list that Asterisk gave, each line with its headers by their names in lower case; or why there is none. */
export type ListResult = { items: readonly Readonly<Record<string, string>>[] } | { refused: string };

interface List {
  id: string;
  items: Record<string, string>[];
  complete: PromiseWithResolvers<void>;
}

/**
 * A short connection to AMI for a few questions of a command. The service keeps a {@link ReconnectingSession}.
 * One list is asked for at a time.
 */
export class OneOffSession {
  readonly #connection: Connection;
  readonly #onEvent: ((packet: Packet) => void) | undefined;
  #list: List | undefined;
  #banner = '';

  private constructor(settings: AmiSettings, onEvent: ((packet: Packet) => void) | undefined) {
    this.#onEvent = onEvent;
    const names = [...USED_EVENTS, ...RESYNC_EVENTS, ...LIST_EVENTS];
    this.#connection = new Connection(completeSettings(settings), names, {
      onEvent: (packet) => this.#packet(packet),
      onBanner: (version) => {
        this.#banner = version;
      },
      onBatchBegin: () => undefined,
      onBatchEnd: () => undefined,
    });
  }

  /**
   * Connects and logs in.
   * @param onEvent takes each event that is no line of a list; the packet is valid only during the call
   * @throws {AmiError} when that fails
   */
  static async open(settings: AmiSettings, onEvent?: (packet: Packet) => void): Promise<OneOffSession> {
    const session = new OneOffSession(settings, onEvent);
    await session.#connection.connect();
    await session.#connection.logIn();
    return session;
  }

  /** The first line from Asterisk: its version of AMI. */
  get banner(): string {
    return this.#banner;
  }

  /** @returns the answer, which may say `response: Error`; absent when there was none in time @throws {AmiError} */
  ask(action: string, headers: Record<string, string> = {}): Promise<Answer | undefined> {
    return this.#connection.action(action, headers);
  }

  /** @throws {AmiError} when the connection ends before */
  async list(action: string, headers: Record<string, string> = {}): Promise<ListResult> {
    const list: List = { id: this.#connection.nextId(), items: [], complete: Promise.withResolvers() };
    this.#list = list;
    const answer = await this.#connection.action(action, headers, undefined, list.id);
    if (answer === undefined || isError(answer)) {
      this.#list = undefined;
      return { refused: answer === undefined ? 'no answer' : firstValueOf(answer.message) };
    }
    const complete = list.complete.promise.then(() => true);
    if (await this.#connection.waitAtMost(complete)) return { items: list.items };
    this.#list = undefined;
    return { refused: 'the list did not end' };
  }

  /** Waits, while events come. @throws {AmiError} when the connection ends before */
  pause(ms: number): Promise<void> {
    return this.#connection.pause(ms);
  }

  close(): void {
    this.#connection.close(new AmiError('AMI_CLOSED', 'all is asked'));
  }

  #packet(packet: Packet): void {
    const list = this.#list;
    // The lines of IAXpeers have no ActionID.
    const about = packet.get('ActionID');
    const belongs = list !== undefined && (about === list.id || (about === '' && packet.event === 'PeerEntry'));
    if (!belongs) this.#onEvent?.(packet);
    else if (packet.get('EventList') === 'Complete' || packet.event.endsWith('Complete')) {
      this.#list = undefined;
      list.complete.resolve();
    } else list.items.push(headersOf(packet));
  }
}

function headersOf(packet: Packet): Record<string, string> {
  return Object.fromEntries(Object.entries(packet.toObject()).map(([name, value]) => [name, firstValueOf(value)]));
}
