import type { AmiEvent, ListedChannel } from '../ami-events.ts';
import type { DialectDecoder } from '../decode/dialect.ts';
import type { Packet } from '../wire/packet.ts';
import { ChannelChecker } from './channel-check.ts';
import { ChannelLists, variablesHeader, withNumbers } from './channel-lists.ts';
import type { Connection } from './connection.ts';
import type { AmiLogger } from './logger.ts';
import { firstValueOf, isError, OPTIONAL_MS, OptionalActions } from './optional-actions.ts';
import { QueueStatus, type WaitingCaller } from './queue-status.ts';
import type { CompleteAmiSettings } from './settings.ts';
import { askForEvents, askForFilter, asksForQueueEvents } from './subscription.ts';

/** The events that this reads by itself, beside those that are decoded. */
export const RESYNC_EVENTS: readonly string[] = [
  'FullyBooted',
  'Shutdown',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
  'QueueEntry',
  'QueueStatusComplete',
  'Status',
  'StatusComplete',
];

/** `Status` takes about as long as `CoreShowChannels` did; if it is not answered, the list waits for it in vain. */
const STATUS_MS = 1000;
const STATUS_FACTOR = 4;

interface ResyncOptions {
  decoder: DialectDecoder;
  emit(event: AmiEvent): void;
  /**
   * Called when Asterisk says that it has only now booted: the list has to be asked for, again, for one that was
   * answered while it was booting is worth nothing. `ChannelListRequested` has been emitted.
   */
  onBooted(): void;
  log: AmiLogger;
  /** As an earlier run knew it ({@link Resync.startup}). */
  startup: string | undefined;
}

/**
 * The result of asking for the list of channels. `refused`: the rights do not allow it; `unanswered`: no answer came,
 * which may be another time; `superseded`: Asterisk has booted meanwhile, another list was asked for, or the connection
 * was lost.
 */
export type ListOutcome = 'received' | 'refused' | 'unanswered' | 'superseded';

/**
 * Asks, after a login, whether Asterisk was restarted and which channels live, for AMI has no replay. Events that come
 * before the start-up time is answered are buffered, so that `Restarted` comes before anything new; during the list
 * events go on. An action that Asterisk never answers delays nothing for long: pings find out whether it is still
 * there.
 */
export class Resync {
  readonly #options: ResyncOptions;
  #startup: string | undefined;
  /** Asterisk said that it is about to stop. */
  #shutdown = false;
  readonly #actions: OptionalActions;
  readonly #lists: ChannelLists;
  readonly #queues: QueueStatus;
  readonly #check = new ChannelChecker();
  /** The events were asked for on this connection. */
  #subscribed = false;
  /** Events are emitted as they come; before, they are buffered. */
  #forwarding = false;
  #buffered: AmiEvent[] = [];

  constructor(options: ResyncOptions) {
    this.#options = options;
    this.#actions = new OptionalActions(options.log);
    this.#lists = new ChannelLists(this.#actions);
    this.#queues = new QueueStatus(this.#actions);
    this.#startup = options.startup;
  }

  /** `CoreStartupDate` and `CoreStartupTime` in Asterisk's words; absent when it was not asked or does not say. */
  get startup(): string | undefined {
    return this.#startup;
  }

  /** The connection is lost; what was asked on it will not be answered. */
  reset(): void {
    this.#lists.supersede();
    this.#check.cancel();
    this.#subscribed = false;
    this.#forwarding = false;
    this.#buffered = [];
  }

  /** Emits an event of a call; one that comes before `Restarted` and `ChannelListRequested`, after them. */
  forward(event: AmiEvent): void {
    if (this.#forwarding) this.#options.emit(event);
    else this.#buffered.push(event);
  }

  /** Right after the login: emits `Restarted` when Asterisk was, and `Startup`, then asks for the events. */
  async subscribe(connection: Connection, settings: CompleteAmiSettings): Promise<void> {
    const { decoder, log } = this.#options;
    const status = await this.#actions.send(connection, 'CoreStatus', {}, OPTIONAL_MS);
    const startup =
      status === undefined || isError(status)
        ? undefined
        : `${firstValueOf(status.corestartupdate)} ${firstValueOf(status.corestartuptime)}`.trim();
    this.#noticeRestart(startup);
    // Without an answer the last known time still holds; where Asterisk refuses to answer, none is known.
    const isRefused = status !== undefined && isError(status);
    this.#options.emit({ event: 'Startup', startup: isRefused ? '' : (this.#startup ?? '') });
    if (settings.filter !== undefined) await askForFilter(connection, settings.filter, this.#actions);
    // The known channels are from before the gap; events from here on are new.
    this.#options.emit({ event: 'ChannelListRequested' });
    this.#forwarding = true;
    for (const event of this.#buffered.splice(0)) this.#options.emit(event);
    await askForEvents(connection, settings, decoder.dialect, this.#actions, log);
    this.#subscribed = true;
  }

  /** Emits `Restarted` when Asterisk was, by its start-up time, or else by a `Shutdown` that it had announced. */
  #noticeRestart(startup: string | undefined): void {
    const hasRestarted = startup ? this.#startup !== undefined && startup !== this.#startup : this.#shutdown;
    if (startup) this.#startup = startup;
    this.#shutdown = false;
    if (!hasRestarted) return;
    const { decoder, log, emit } = this.#options;
    log.warn({ startup }, 'AMI: Asterisk was restarted');
    decoder.restarted();
    emit({ event: 'Restarted' });
  }

  /** Asks for the list once more, after an `unanswered` one. */
  async listAgain(connection: Connection, settings: CompleteAmiSettings): Promise<ListOutcome> {
    this.#options.emit({ event: 'ChannelListRequested' });
    return this.list(connection, settings);
  }

  /**
   * Asks which channels live, and emits them when all are named; after {@link subscribe} or
   * {@link ResyncOptions.onBooted}. Where there is no list, `ChannelListUnavailable` is emitted.
   */
  async list(connection: Connection, settings: CompleteAmiSettings): Promise<ListOutcome> {
    const generation = this.#lists.supersede();
    this.#check.cancel();
    const from = performance.now();
    const core = await this.#lists.request(connection, 'CoreShowChannels');
    const timeoutMs = core.channels && STATUS_MS + STATUS_FACTOR * (performance.now() - from);
    if (generation !== this.#lists.generation) return 'superseded';
    if (core.channels?.length === 0) return this.#emitList([]);
    const waiting = asksForQueueEvents(settings) ? await this.#queues.ask(connection, OPTIONAL_MS) : undefined;
    if (generation !== this.#lists.generation) return 'superseded';
    const { dialect } = this.#options.decoder;
    // `Status` shows the dialled numbers, too; and it is answered where the user has only write=call.
    const headers = variablesHeader(settings.variables, dialect);
    const status = await this.#lists.request(connection, 'Status', headers, timeoutMs, (channels) =>
      this.#emitList(core.channels && dialect === 1 ? withNumbers(core.channels, channels) : channels, waiting),
    );
    if (generation !== this.#lists.generation) return 'superseded';
    if (status.channels !== undefined) return 'received';
    if (core.channels !== undefined) return this.#emitList(core.channels, waiting);
    this.#options.emit({ event: 'ChannelListUnavailable' });
    if (core.refused === undefined) return 'unanswered';
    this.#logRefused(core.refused);
    return 'refused';
  }

  /**
   * Asks which channels live, for what no event has said, while events go on as always; after {@link list}.
   * Emits `ChannelCheckRequested`, and `ChannelCheck` when there was an answer.
   * @throws {AmiError} when the connection ends before
   */
  async check(connection: Connection): Promise<void> {
    const { generation } = this.#lists;
    this.#options.emit({ event: 'ChannelCheckRequested' });
    const channels = await this.#check.ask(connection);
    if (channels !== undefined && generation === this.#lists.generation)
      this.#options.emit({ event: 'ChannelCheck', channels });
  }

  /** Takes one of {@link RESYNC_EVENTS}. */
  packet(packet: Packet): void {
    switch (packet.event) {
      case 'FullyBooted':
        if (this.#subscribed) this.#beginAnew();
        return;
      case 'Shutdown':
        this.#shutdown = true;
        this.#options.log.warn({ restart: packet.get('Restart') }, 'AMI: Asterisk is shutting down');
        return;
      default:
        this.#lists.packet(packet);
        this.#queues.packet(packet);
        this.#check.packet(packet);
    }
  }

  #beginAnew(): void {
    this.#lists.supersede();
    this.#check.cancel();
    this.#options.emit({ event: 'ChannelListRequested' });
    this.#options.onBooted();
  }

  #emitList(listed: ListedChannel[], waiting?: readonly WaitingCaller[]): 'received' {
    const channels = this.#options.decoder.applyChannelList(listed);
    const byName = new Map(channels.map(({ channel, uniqueid }) => [channel, uniqueid]));
    const queued = waiting?.flatMap(({ queue, channel }) => {
      const uniqueid = byName.get(channel);
      return uniqueid === undefined ? [] : [{ queue, uniqueid }];
    });
    this.#options.emit({ event: 'ChannelList', channels, ...(queued !== undefined && { queued }) });
    return 'received';
  }

  #logRefused(message: string): void {
    this.#actions.once('list refused', (log) =>
      log.warn(
        {},
        `AMI: no resync after a lost connection, Asterisk does not say which channels live (${message}). ` +
          'Give the user write = reporting in manager.conf',
      ),
    );
  }
}
