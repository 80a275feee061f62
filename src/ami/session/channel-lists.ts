import type { DialectDecoder } from '../decode/dialect.ts';
import { DNID_VARIABLE, listedChannel } from '../decode/listed-channel.ts';
import type { ListedChannel } from '../events.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from './connection.ts';
import { isError, type OptionalActions, text } from './optional-actions.ts';

/** Asterisk drops a connection that sends it a line of 1025 bytes. */
const LONGEST_LINE = 900;

interface List {
  id: string;
  channels: ListedChannel[];
  onComplete: ((channels: ListedChannel[]) => void) | undefined;
  complete: PromiseWithResolvers<'complete' | 'ended'>;
}

/** Asks for lists of the living channels, and puts their lines together. There is never more than one under way. */
export class ChannelLists {
  readonly #questions: OptionalActions;
  #list: List | undefined;
  #turn = 0;

  constructor(questions: OptionalActions) {
    this.#questions = questions;
  }

  /** Changes with every {@link end}. */
  get turn(): number {
    return this.#turn;
  }

  /**
   * Asks for one list; nothing is in the answer when there was none in time, or it was ended.
   * @param onComplete is called at once when the last channel is named, before the events that follow are told
   */
  async ask(
    connection: Connection,
    action: 'CoreShowChannels' | 'Status',
    headers: Record<string, string> = {},
    patience?: number,
    onComplete?: (channels: ListedChannel[]) => void,
  ): Promise<{ channels?: ListedChannel[]; refused?: string }> {
    const list: List = { id: connection.nextId(), channels: [], complete: Promise.withResolvers(), onComplete };
    this.#list = list;
    const answer = await this.#questions.send(connection, action, headers, patience, list.id);
    const complete = answer && !isError(answer) && (await connection.inTime(list.complete.promise, patience));
    if (this.#list === list) this.#list = undefined;
    if (complete === 'complete') return { channels: list.channels };
    if (answer && isError(answer)) return { refused: text(answer.message) };
    if (answer && complete === undefined) this.#questions.unanswered(connection, action, patience);
    return {};
  }

  /** Takes a line of a list, or its end. */
  packet(packet: Packet): void {
    const list = this.#list;
    if (list === undefined || !answers(packet, list.id)) return;
    if (packet.event === 'CoreShowChannel' || packet.event === 'Status') {
      const channel = listedChannel(packet);
      if (channel !== undefined) list.channels.push(channel);
      return;
    }
    this.#list = undefined;
    list.onComplete?.(list.channels);
    list.complete.resolve('complete');
  }

  /** Who waits for a list that is asked for once more, or whose connection is lost, has nothing to wait for. */
  end(): number {
    this.#list?.complete.resolve('ended');
    this.#list = undefined;
    this.#turn++;
    return this.#turn;
  }
}

/** Some AMI proxies drop the ActionID. */
function answers(packet: Packet, id: string): boolean {
  const about = packet.get('ActionID');
  return about === '' || about === id;
}

/** The channel variables that are read, where their names are plain and fit in a line that Asterisk takes. */
export function variablesAsked(
  variables: readonly string[],
  dialect: DialectDecoder['dialect'],
): Record<string, string> {
  // Before Asterisk 12 Status does not tell it.
  const dnid = dialect === 1 ? [DNID_VARIABLE] : [];
  const Variables = [...dnid, ...variables.filter((name) => /^\w+$/.test(name))].join(',');
  return Variables === '' || Variables.length > LONGEST_LINE ? {} : { Variables };
}

/** In AMI 1.x `Status` shows no application. */
export function withNumbers(channels: ListedChannel[], status: readonly ListedChannel[]): ListedChannel[] {
  const told = new Map(status.map(({ uniqueid, dnid, variables }) => [uniqueid, { dnid, variables }]));
  return channels.map((channel) => {
    const { dnid, variables } = told.get(channel.uniqueid) ?? {};
    return { ...channel, ...(dnid !== undefined && { dnid }), ...(variables && { variables }) };
  });
}
