import type { AmiEvent, ListedChannel } from '../ami-events.ts';
import { Header, type Packet } from '../wire/packet.ts';
import { AMI1_EVENTS, Ami1Translator } from './ami1/translator.ts';
import { timestamp, withNamesUnescaped } from './channel-snapshot.ts';
import { DECODED_EVENTS, decode, shownVariables } from './decode.ts';
import { escapesTexts } from './escapes.ts';

/** The events that a reader has to let through to a {@link DialectDecoder}. */
export const USED_EVENTS: readonly string[] = [...new Set([...DECODED_EVENTS, ...AMI1_EVENTS])];

const VARIABLE = new Header('Variable');

/** Events that have a Linkedid from Asterisk 12 on, and had none before. */
const HAS_LINKEDID_SINCE_12 = new Set(['Newchannel', 'Newstate', 'NewCallerid', 'Newexten', 'Hangup']);

/**
 * Packets → events, whichever AMI they are of. AMI 1.x is known by the banner, or by its own events: `Dial` is not in
 * AMI 2.x any more, and the events of a channel have a Linkedid there.
 */
export class DialectDecoder {
  readonly #wantsVariable: (name: string) => boolean;
  #dialect: 'unknown' | 1 | 2 = 'unknown';
  #translator: Ami1Translator | undefined;
  /** A log without a banner is of a newer Asterisk, by far most likely. */
  #escapes = true;

  /**
   * @param wantsVariable whether a VarSet of this channel variable is wanted; most events of a full stream are VarSets
   * of others
   */
  constructor(wantsVariable: (name: string) => boolean = () => true) {
    this.#wantsVariable = wantsVariable;
  }

  /** `1` before Asterisk 12, `2` for all later ones. */
  get dialect(): 'unknown' | 1 | 2 {
    return this.#dialect;
  }

  /** @param version what the banner names: `1.3`, `5.0.2` */
  banner(version: string): void {
    if (!/^\d/.test(version)) return;
    this.#setDialect(version.startsWith('1.') ? 1 : 2);
    this.#escapes = escapesTexts(version);
  }

  /** Calls `emit` for each event that the packet makes: none, one, or in AMI 1.x several. */
  packet(packet: Packet, emit: (event: AmiEvent) => void): void {
    if (packet.event === 'VarSet' && !this.#wantsVariable(packet.last(VARIABLE))) return;
    if (this.#dialect === 'unknown') this.#recognise(packet);
    if (this.#translator === undefined) {
      const event = decode(packet, this.#escapes);
      if (event === undefined) return;
      for (const variable of shownVariables(packet, this.#escapes)) emit(withTime(variable, event.at));
      emit(event);
      return;
    }
    const at = timestamp(packet);
    for (const event of this.#translator.translate(packet)) emit(withTime(event, at));
  }

  /**
   * The channels of a `CoreShowChannels` answer, under the uniqueids that the events give, and their names as they are.
   */
  applyChannelList(channels: ListedChannel[]): ListedChannel[] {
    if (this.#translator !== undefined) return this.#translator.applyChannelList(channels);
    return this.#escapes ? channels.map((channel) => withNamesUnescaped({ ...channel })) : channels;
  }

  /** Asterisk was restarted: no channel of before is alive. */
  restarted(): void {
    if (this.#translator !== undefined) this.#translator = new Ami1Translator();
  }

  #recognise(packet: Packet): void {
    if (packet.event === 'Dial') this.#setDialect(1);
    else if (packet.event === 'DialBegin' || packet.event === 'BridgeEnter') this.#setDialect(2);
    else if (HAS_LINKEDID_SINCE_12.has(packet.event)) this.#setDialect(packet.has('Linkedid') ? 2 : 1);
  }

  #setDialect(dialect: 1 | 2): void {
    if (dialect === this.#dialect) return;
    this.#dialect = dialect;
    this.#translator = dialect === 1 ? new Ami1Translator() : undefined;
  }
}

function withTime(event: AmiEvent, at: number | undefined): AmiEvent {
  if (at !== undefined && event.at === undefined) event.at = at;
  return event;
}
