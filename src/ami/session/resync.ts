import type { DialectDecoder } from '../decode/dialect.ts';
import type { AmiEvent, ListedChannel } from '../events.ts';
import type { Packet } from '../wire/packet.ts';
import { ChannelLists, variablesAsked, withNumbers } from './channel-lists.ts';
import type { Connection } from './connection.ts';
import type { AmiLog } from './log.ts';
import { isError, OptionalActions, text } from './optional-actions.ts';
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

/** So long is waited for what only makes the rest better. */
const SHORT_MS = 5000;

/** `Status` takes about as long as `CoreShowChannels` did; if it is not answered, the list waits for it in vain. */
const STATUS_MS = 1000;
const STATUS_FACTOR = 4;

export interface ResyncOptions {
  decoder: DialectDecoder;
  emit(event: AmiEvent): void;
  log: AmiLog;
  startup: string | undefined;
}

/** `silent`: no answer came, which may be another time; `refused`: the rights do not allow it. */
export type Listing = 'told' | 'refused' | 'silent';

/**
 * What has to be asked after a login, for AMI has no replay: whether Asterisk was restarted, and which channels live.
 * What is told before the start-up time is answered waits, so that `Restarted` comes before anything new; during the list
 * events go on. A question that Asterisk never answers holds nothing up for long: whether it is still there is for pings to
 * say.
 */
export class Resync {
  readonly #options: ResyncOptions;
  #startup: string | undefined;
  /** Asterisk said that it is about to stop. */
  #shutdown = false;
  readonly #questions: OptionalActions;
  readonly #lists: ChannelLists;
  /** The events were asked for on this connection. */
  #asked = false;
  #listening = false;
  /** What was told before its time, though it was not asked for yet. */
  #buffered: AmiEvent[] = [];

  constructor(options: ResyncOptions) {
    this.#options = options;
    this.#questions = new OptionalActions(options.log);
    this.#lists = new ChannelLists(this.#questions);
    this.#startup = options.startup;
  }

  /** `CoreStartupDate` and `CoreStartupTime` as Asterisk tells them; absent when it was not asked or does not tell. */
  get startup(): string | undefined {
    return this.#startup;
  }

  /** The connection is lost; what was asked on it will not be answered. */
  lost(): void {
    this.#lists.end();
    this.#asked = false;
    this.#listening = false;
    this.#buffered = [];
  }

  /** Tells an event of a call; one that comes before `Restarted` and `ChannelsAsked` have been told, after them. */
  forward(event: AmiEvent): void {
    if (this.#listening) this.#options.emit(event);
    else this.#buffered.push(event);
  }

  /** Right after the login: tells `Restarted` when Asterisk was, then asks for the events. */
  async begin(connection: Connection, settings: CompleteAmiSettings): Promise<void> {
    const status = await this.#questions.send(connection, 'CoreStatus', {}, SHORT_MS);
    const startup =
      status === undefined || isError(status)
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
    this.#options.emit({ event: 'ChannelListRequested' });
    this.#listening = true;
    for (const event of this.#buffered.splice(0)) this.#options.emit(event);
    // In AMI 1.x a queue tells of the phones that it rings with class agent only.
    const agents = this.#options.decoder.dialect === 1 && !/\b(agent|all|on)\b/.test(settings.eventMask);
    const EventMask = agents ? `${settings.eventMask},agent` : settings.eventMask;
    const events = await this.#questions.send(connection, 'Events', { EventMask }, SHORT_MS);
    if (events !== undefined && isError(events))
      this.#options.log.error({}, `AMI: events refused: ${text(events.message)}`);
    this.#asked = true;
  }

  /** Asks Asterisk to leave out what is not used. Few users may do so (write=system); then all events are read. */
  async #filter(connection: Connection, filter: string): Promise<void> {
    const answer = await this.#questions.send(connection, 'Filter', { Operation: 'Add', Filter: filter }, SHORT_MS);
    if (answer === undefined || !isError(answer) || !this.#questions.firstTime('unfiltered')) return;
    this.#options.log.info(
      {},
      `AMI: no filter (${text(answer.message)}), so Asterisk sends events that are not used, too`,
    );
  }

  /** Asks for the list once more, after a `silent` one. */
  async listAgain(connection: Connection, settings: CompleteAmiSettings): Promise<Listing> {
    this.#options.emit({ event: 'ChannelListRequested' });
    return this.list(connection, settings);
  }

  /**
   * Asks which channels live, and tells them when all are named; after {@link begin}, or {@link packet} gave `true`.
   * Where no answer comes, that is told.
   */
  async list(connection: Connection, settings: CompleteAmiSettings): Promise<Listing> {
    const turn = this.#lists.end();
    const from = performance.now();
    const core = await this.#lists.ask(connection, 'CoreShowChannels');
    const patience = core.channels && STATUS_MS + STATUS_FACTOR * (performance.now() - from);
    if (turn !== this.#lists.turn) return 'told';
    if (core.channels?.length === 0) return this.#tellChannels([]);
    const { dialect } = this.#options.decoder;
    // It tells the numbers that were dialled, too; and it is answered with write=call.
    const headers = variablesAsked(settings.variables, dialect);
    const status = await this.#lists.ask(connection, 'Status', headers, patience, (channels) =>
      this.#tellChannels(core.channels && dialect === 1 ? withNumbers(core.channels, channels) : channels),
    );
    if (turn !== this.#lists.turn || status.channels !== undefined) return 'told';
    if (core.channels !== undefined) return this.#tellChannels(core.channels);
    this.#options.emit({ event: 'ChannelListUnavailable' });
    if (core.refused === undefined) return 'silent';
    this.#denied(core.refused);
    return 'refused';
  }

  /**
   * Takes one of {@link RESYNC_EVENTS}.
   * @returns `true` when Asterisk has only now started up, so that what was asked before has to be asked again
   */
  packet(packet: Packet): boolean {
    switch (packet.event) {
      case 'FullyBooted':
        if (this.#asked) this.#options.emit({ event: 'ChannelListRequested' });
        return this.#asked;
      case 'Shutdown':
        this.#shutdown = true;
        this.#options.log.warn({ restart: packet.get('Restart') }, 'AMI: Asterisk is shutting down');
        return false;
      default:
        this.#lists.packet(packet);
        return false;
    }
  }

  #tellChannels(channels: ListedChannel[]): 'told' {
    this.#options.emit({ event: 'ChannelList', channels: this.#options.decoder.listed(channels) });
    return 'told';
  }

  #denied(message: string): void {
    if (!this.#questions.firstTime('denied')) return;
    this.#options.log.warn(
      {},
      `AMI: no resync after a lost connection, Asterisk does not say which channels live (${message}). ` +
        'Give the user write = reporting in manager.conf',
    );
  }
}
