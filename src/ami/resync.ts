import type { Answer } from 'asterisk-manager';
import { DNID_VARIABLE, listedChannel } from './channel-list.ts';
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

/** So long is waited for what only makes the rest better. */
const SHORT_MS = 5000;

/** `Status` takes about as long as `CoreShowChannels` did; if it is not answered, the list waits for it in vain. */
const STATUS_MS = 1000;
const STATUS_FACTOR = 4;

/** Asterisk drops a connection that sends it a line of 1025 bytes. */
const LONGEST_LINE = 900;

/** What is missed without an answer. */
const WITHOUT: Record<string, string> = {
  CoreStatus: 'A restart of Asterisk is not noticed by itself',
  CoreShowChannels: 'A leg of a call that ended while nobody listened stays open until it is answered',
  Status: 'Of calls that began while nobody listened the number dialled may be left out',
};

export interface ResyncOptions {
  decoder: DialectDecoder;
  emit(event: AmiEvent): void;
  log: AmiLog;
  startup: string | undefined;
}

/** `silent`: no answer came, which may be another time; `refused`: the rights do not allow it. */
export type Listing = 'told' | 'refused' | 'silent';

interface List {
  id: string;
  channels: ListedChannel[];
  onComplete: ((channels: ListedChannel[]) => void) | undefined;
  complete: PromiseWithResolvers<'complete' | 'ended'>;
}

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
  readonly #said = new Set<string>();
  /** Which list it is. */
  #turn = 0;
  /** The events were asked for on this connection. */
  #asked = false;
  #listening = false;
  /** What was told before its time, though it was not asked for yet. */
  #early: AmiEvent[] = [];
  #list: List | undefined;

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
    this.#endList();
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
    const status = await this.#question(connection, 'CoreStatus', {}, SHORT_MS);
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
    this.#options.emit({ event: 'ChannelsAsked' });
    this.#listening = true;
    for (const event of this.#early.splice(0)) this.#options.emit(event);
    // In AMI 1.x a queue tells of the phones that it rings with class agent only.
    const agents = this.#options.decoder.dialect === 1 && !/\b(agent|all|on)\b/.test(settings.eventMask);
    const EventMask = agents ? `${settings.eventMask},agent` : settings.eventMask;
    const events = await this.#question(connection, 'Events', { EventMask });
    if (events !== undefined && isError(events))
      this.#options.log.error({}, `AMI: events refused: ${text(events.message)}`);
    this.#asked = true;
  }

  /** Asks Asterisk to leave out what is not used. Few users may do so (write=system); then all events are read. */
  async #filter(connection: Connection, filter: string): Promise<void> {
    const answer = await this.#question(connection, 'Filter', { Operation: 'Add', Filter: filter }, SHORT_MS);
    if (answer === undefined || !isError(answer) || !this.#isFirst('unfiltered')) return;
    this.#options.log.info(
      {},
      `AMI: no filter (${text(answer.message)}), so Asterisk sends events that are not used, too`,
    );
  }

  /** Asks for the list once more, after a `silent` one. */
  async listAgain(connection: Connection, settings: CompleteAmiSettings): Promise<Listing> {
    this.#options.emit({ event: 'ChannelsAsked' });
    return this.list(connection, settings);
  }

  /**
   * Asks which channels live, and tells them when all are named; after {@link begin}, or {@link packet} gave `true`. Where no
   * answer comes, that is told.
   */
  async list(connection: Connection, settings: CompleteAmiSettings): Promise<Listing> {
    this.#endList();
    const turn = this.#turn;
    const from = performance.now();
    const core = await this.#ask(connection, 'CoreShowChannels');
    const patience = STATUS_MS + STATUS_FACTOR * (performance.now() - from);
    if (turn !== this.#turn) return 'told';
    if (core.channels?.length === 0) return this.#tellChannels([]);
    const { dialect } = this.#options.decoder;
    // It tells the numbers that were dialled, too; and it is answered with write=call.
    const status = await this.#ask(connection, 'Status', variablesAsked(settings, dialect), patience, (channels) =>
      this.#tellChannels(core.channels && dialect === 1 ? withNumbers(core.channels, channels) : channels),
    );
    if (turn !== this.#turn || status.channels !== undefined) return 'told';
    if (core.channels !== undefined) return this.#tellChannels(core.channels);
    this.#options.emit({ event: 'ChannelsUnknown' });
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
        if (this.#asked) this.#options.emit({ event: 'ChannelsAsked' });
        return this.#asked;
      case 'Shutdown':
        this.#shutdown = true;
        this.#options.log.warn({ restart: packet.get('Restart') }, 'AMI: Asterisk is shutting down');
        return false;
      case 'CoreShowChannel':
      case 'Status': {
        const channel = this.#belongs(packet) ? listedChannel(packet) : undefined;
        if (channel !== undefined) this.#list?.channels.push(channel);
        return false;
      }
      case 'CoreShowChannelsComplete':
      case 'StatusComplete':
        if (this.#list === undefined || !this.#belongs(packet)) return false;
        this.#list.onComplete?.(this.#list.channels);
        this.#list.complete.resolve('complete');
        this.#list = undefined;
        return false;
      default:
        return false;
    }
  }

  #tellChannels(channels: ListedChannel[]): 'told' {
    this.#options.emit({ event: 'Channels', channels: this.#options.decoder.listed(channels) });
    return 'told';
  }

  /**
   * Asks for one list; nothing is in the answer when there was none in time.
   * @param onComplete is called at once when the last channel is named, before the events that follow are told
   */
  async #ask(
    connection: Connection,
    action: 'CoreShowChannels' | 'Status',
    headers: Record<string, string> = {},
    patience?: number,
    onComplete?: (channels: ListedChannel[]) => void,
  ): Promise<{ channels?: ListedChannel[]; refused?: string }> {
    const list: List = { id: connection.nextId(), channels: [], complete: Promise.withResolvers(), onComplete };
    this.#list = list;
    const answer = await this.#question(connection, action, headers, patience, list.id);
    const complete = answer && !isError(answer) && (await connection.inTime(list.complete.promise, patience));
    if (this.#list === list) this.#list = undefined;
    if (complete === 'complete') return { channels: list.channels };
    if (answer && isError(answer)) return { refused: text(answer.message) };
    if (answer && complete === undefined) this.#silent(connection, action, patience);
    return {};
  }

  /** The answer to an action; absent when none comes in time, which is said the first time. */
  async #question(
    connection: Connection,
    action: string,
    headers: Record<string, string> = {},
    patience?: number,
    id?: string,
  ): Promise<Answer | undefined> {
    const answer = await connection.action(action, headers, patience, id);
    if (answer === undefined) this.#silent(connection, action, patience);
    return answer;
  }

  #silent(connection: Connection, what: string, patience?: number): void {
    if (!this.#isFirst(`silent ${what}`)) return;
    this.#options.log.warn(
      {},
      `AMI: no answer to ${what} within ${Math.round(connection.patienceFor(patience))} ms; it goes on without. ${WITHOUT[what] ?? ''}`.trimEnd(),
    );
  }

  #denied(message: string): void {
    if (!this.#isFirst('denied')) return;
    this.#options.log.warn(
      {},
      `AMI: no resync after a lost connection, Asterisk does not say which channels live (${message}). ` +
        'Give the user write = reporting in manager.conf',
    );
  }

  /** Whether a list is under way that this is part of. Some AMI proxies drop the ActionID; there is never more than one. */
  #belongs(packet: Packet): boolean {
    const about = packet.get('ActionID');
    return this.#list !== undefined && (about === '' || about === this.#list.id);
  }

  /** Who waits for a list that is asked for once more, or whose connection is lost, has nothing to wait for. */
  #endList(): void {
    this.#turn++;
    this.#list?.complete.resolve('ended');
    this.#list = undefined;
  }

  /** What is the same at every connection is said once. */
  #isFirst(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}

/** The channel variables that are read, where their names are plain and fit in a line that Asterisk takes. */
function variablesAsked(
  { variables }: CompleteAmiSettings,
  dialect: DialectDecoder['dialect'],
): Record<string, string> {
  // Before Asterisk 12 Status does not tell it.
  const dnid = dialect === 1 ? [DNID_VARIABLE] : [];
  const Variables = [...dnid, ...variables.filter((name) => /^\w+$/.test(name))].join(',');
  return Variables === '' || Variables.length > LONGEST_LINE ? {} : { Variables };
}

/** In AMI 1.x `Status` shows no application. */
function withNumbers(channels: ListedChannel[], status: readonly ListedChannel[]): ListedChannel[] {
  const told = new Map(status.map(({ uniqueid, dnid, variables }) => [uniqueid, { dnid, variables }]));
  return channels.map((channel) => {
    const { dnid, variables } = told.get(channel.uniqueid) ?? {};
    return { ...channel, ...(dnid !== undefined && { dnid }), ...(variables && { variables }) };
  });
}

function isError(answer: Answer): boolean {
  return text(answer.response).toLowerCase() === 'error';
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
