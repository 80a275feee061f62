import type { Answer } from 'asterisk-manager';
import { listedChannel } from './channel-list.ts';
import type { Connection } from './connection.ts';
import type { DialectDecoder } from './dialect.ts';
import type { AmiEvent, ListedChannel } from './events.ts';
import type { AmiLog } from './log.ts';
import type { Packet } from './packet.ts';
import type { CompleteAmiSettings } from './settings.ts';

/** The events that this reads by itself, beside those that are told on. */
export const RESYNC_EVENTS: readonly string[] = [
  'FullyBooted',
  'Shutdown',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
  'Status',
  'StatusComplete',
];

/** What tells the living channels, the better first; `Status` is answered with write=call too. */
const LISTS = ['CoreShowChannels', 'Status'];

export interface ResyncOptions {
  decoder: DialectDecoder;
  emit(event: AmiEvent): void;
  log: AmiLog;
  startup: string | undefined;
}

/**
 * What has to be asked after a login, for AMI has no replay: whether Asterisk was restarted, and which channels live.
 * In this order: the start-up time while events are still off, so that `Restarted` comes before anything new; then the
 * events; then the list, during which events go on.
 */
export class Resync {
  readonly #options: ResyncOptions;
  #startup: string | undefined;
  /** Asterisk said that it is about to stop. */
  #shutdown = false;
  #deniedTold = false;
  #unfilteredTold = false;
  /** The start-up time was answered on this connection. */
  #asked = false;
  #listening = false;
  /** What was told before its time, though it was not asked for yet. */
  #early: AmiEvent[] = [];
  #list: { id: string; channels: ListedChannel[]; complete: PromiseWithResolvers<void> } | undefined;

  constructor(options: ResyncOptions) {
    this.#options = options;
    this.#startup = options.startup;
  }

  /** `CoreStartupDate` and `CoreStartupTime` as Asterisk tells them; absent when it was not asked or does not tell. */
  get startup(): string | undefined {
    return this.#startup;
  }

  /** The connection is lost; what was asked on it will not be answered. */
  lost(): void {
    this.#list = undefined;
    this.#asked = false;
    this.#listening = false;
    this.#early = [];
  }

  /** Tells an event of a call; one that comes before `Restarted` and `ChannelsAsked` have been told, after them. */
  tell(event: AmiEvent): void {
    if (this.#listening) this.#options.emit(event);
    else this.#early.push(event);
  }

  /** Right after the login: tells `Restarted` when Asterisk was, then asks for the events. */
  async begin(connection: Connection, settings: CompleteAmiSettings): Promise<void> {
    const status = await connection.action('CoreStatus');
    const startup = isError(status)
      ? undefined
      : `${text(status.corestartupdate)} ${text(status.corestartuptime)}`.trim();
    const restarted = startup ? this.#startup !== undefined && startup !== this.#startup : this.#shutdown;
    if (startup) this.#startup = startup;
    this.#shutdown = false;
    if (restarted) {
      this.#options.log.warn({ startup }, 'AMI: Asterisk was restarted');
      this.#options.decoder.restarted();
      this.#options.emit({ event: 'Restarted' });
    }
    if (settings.filter !== undefined) await this.#filter(connection, settings.filter);
    // What is known now is of before the gap; what comes from here on is news.
    this.#options.emit({ event: 'ChannelsAsked' });
    this.#listening = true;
    for (const event of this.#early.splice(0)) this.#options.emit(event);
    // In AMI 1.x a queue tells of the phones that it rings with class agent only.
    const agents = this.#options.decoder.dialect === 1 && !/\b(agent|all|on)\b/.test(settings.eventMask);
    const EventMask = agents ? `${settings.eventMask},agent` : settings.eventMask;
    const events = await connection.action('Events', { EventMask });
    if (isError(events)) this.#options.log.error({}, `AMI: events refused: ${text(events.message)}`);
    this.#asked = true;
  }

  /** Asks Asterisk to leave out what is not used. Few users may do so (write=system); then all events are read. */
  async #filter(connection: Connection, filter: string): Promise<void> {
    const answer = await connection.action('Filter', { Operation: 'Add', Filter: filter });
    if (!isError(answer) || this.#unfilteredTold) return;
    this.#unfilteredTold = true;
    this.#options.log.info(
      {},
      `AMI: no filter (${text(answer.message)}), so Asterisk sends events that are not used, too`,
    );
  }

  /**
   * Asks which channels live, and tells them when all are named; after {@link begin}, or {@link packet} gave `true`.
   * Nothing is told when the rights do not allow it.
   */
  async list(connection: Connection): Promise<void> {
    const complete = Promise.withResolvers<void>();
    // Who waits for a list that is asked for once more has nothing to wait for.
    this.#list?.complete.resolve();
    let refused = '';
    for (const action of LISTS) {
      const list = { id: connection.nextId(), channels: [], complete };
      this.#list = list;
      const answer = await connection.action(action, {}, list.id);
      if (!isError(answer)) return connection.within(complete.promise, 'no complete list of channels');
      if (this.#list !== list) return;
      this.#list = undefined;
      refused ||= text(answer.message);
    }
    this.#denied(refused);
  }

  /**
   * Takes one of {@link RESYNC_EVENTS}.
   * @returns `true` when Asterisk has only now started up, so that what was asked before has to be asked again
   */
  packet(packet: Packet): boolean {
    const list = this.#list;
    switch (packet.event) {
      case 'FullyBooted':
        if (this.#asked) this.#options.emit({ event: 'ChannelsAsked' });
        return this.#asked;
      case 'Shutdown':
        this.#shutdown = true;
        this.#options.log.warn({ restart: packet.get('Restart') }, 'AMI: Asterisk is shutting down');
        return false;
      case 'CoreShowChannel':
      case 'Status': {
        if (list === undefined || !answers(packet, list.id)) return false;
        const channel = listedChannel(packet);
        if (channel !== undefined) list.channels.push(channel);
        return false;
      }
      case 'CoreShowChannelsComplete':
      case 'StatusComplete': {
        if (list === undefined || !answers(packet, list.id)) return false;
        this.#list = undefined;
        this.#options.emit({ event: 'Channels', channels: this.#options.decoder.listed(list.channels) });
        list.complete.resolve();
        return false;
      }
      default:
        return false;
    }
  }

  #denied(message: string): void {
    if (this.#deniedTold) return;
    this.#deniedTold = true;
    this.#options.log.warn(
      {},
      `AMI: no resync after a lost connection, Asterisk does not say which channels live (${message}). ` +
        'Give the user write = reporting in manager.conf',
    );
  }
}

/** Some AMI proxies drop the ActionID; there is never more than one list under way. */
function answers(packet: Packet, id: string): boolean {
  const about = packet.get('ActionID');
  return about === '' || about === id;
}

function isError(answer: Answer): boolean {
  return text(answer.response).toLowerCase() === 'error';
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
