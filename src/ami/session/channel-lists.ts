import type { ListedChannel } from '../ami-events.ts';
import type { DialectDecoder } from '../decode/dialect.ts';
import { DNID_VARIABLE, listedChannel } from '../decode/listed-channel.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from './connection.ts';
import { firstValueOf, isAbout, isError, type OptionalActions } from './optional-actions.ts';
import { LONGEST_VALUE } from './settings.ts';

interface List {
  id: string;
  channels: ListedChannel[];
  onComplete: ((channels: ListedChannel[]) => void) | undefined;
  complete: PromiseWithResolvers<'complete' | 'superseded'>;
}

/** Asks for lists of the living channels, and puts their lines together. There is never more than one under way. */
export class ChannelLists {
  readonly #actions: OptionalActions;
  #list: List | undefined;
  #generation = 0;

  constructor(actions: OptionalActions) {
    this.#actions = actions;
  }

  /** Changes with every {@link supersede}. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Asks for one list; nothing is in the answer when there was none in time, or the list was superseded.
   * @param timeoutMs of the answer, and again of the list after it
   * @param onComplete is called at once when the last channel is named, before the events that follow are emitted
   */
  async request(
    connection: Connection,
    action: 'CoreShowChannels' | 'Status',
    headers: Record<string, string> = {},
    timeoutMs?: number,
    onComplete?: (channels: ListedChannel[]) => void,
  ): Promise<{ channels?: ListedChannel[]; refused?: string }> {
    const list: List = { id: connection.nextId(), channels: [], complete: Promise.withResolvers(), onComplete };
    this.#list = list;
    const answer = await this.#actions.send(connection, action, headers, timeoutMs, list.id);
    const complete = answer && !isError(answer) && (await connection.waitAtMost(list.complete.promise, timeoutMs));
    if (this.#list === list) this.#list = undefined;
    if (complete === 'complete') return { channels: list.channels };
    if (answer && isError(answer)) return { refused: firstValueOf(answer.message) };
    if (answer && complete === undefined) this.#actions.logUnanswered(connection, action, timeoutMs);
    return {};
  }

  /** Takes a line of a list, or its end. */
  packet(packet: Packet): void {
    const list = this.#list;
    if (list === undefined || !isAbout(packet, list.id)) return;
    if (packet.event === 'CoreShowChannel' || packet.event === 'Status') {
      const channel = listedChannel(packet);
      if (channel !== undefined) list.channels.push(channel);
      return;
    }
    this.#list = undefined;
    list.onComplete?.(list.channels);
    list.complete.resolve('complete');
  }

  /**
   * The list under way is of no use any more: another one is asked for, or the connection is lost. @returns the
   * generation
   */
  supersede(): number {
    this.#list?.complete.resolve('superseded');
    this.#list = undefined;
    this.#generation++;
    return this.#generation;
  }
}

/** The channel variables that are read, where their names are plain and fit in a line that Asterisk takes. */
export function variablesHeader(
  variables: readonly string[],
  dialect: DialectDecoder['dialect'],
): Record<string, string> {
  // Before Asterisk 12 Status does not show it by itself.
  const dnid = dialect === 1 ? [DNID_VARIABLE] : [];
  const Variables = [...dnid, ...variables.filter((name) => /^\w+$/.test(name))].join(',');
  return Variables === '' || Variables.length > LONGEST_VALUE ? {} : { Variables };
}

/** Adds what `Status` shows to the channels of `CoreShowChannels`: in AMI 1.x `Status` shows no application. */
export function withNumbers(channels: ListedChannel[], status: readonly ListedChannel[]): ListedChannel[] {
  const byUniqueid = new Map(status.map(({ uniqueid, dnid, variables }) => [uniqueid, { dnid, variables }]));
  return channels.map((channel) => {
    const { dnid, variables } = byUniqueid.get(channel.uniqueid) ?? {};
    return { ...channel, ...(dnid !== undefined && { dnid }), ...(variables && { variables }) };
  });
}
