import type { LivingChannel } from '../ami-events.ts';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from './connection.ts';
import { isAbout, isError } from './optional-actions.ts';

/**
 * Asterisk sends a list at once, and events from a queue of their own: those of before the list can come after it. No
 * event has been observed to arrive later than this.
 */
const LATE_EVENTS_MS = 2000;

interface Check {
  id: string;
  channels: LivingChannel[];
  complete: PromiseWithResolvers<boolean>;
}

/**
 * Asks which channels live while events come, for what no event has said. Of each only the name is kept: there may be
 * ten thousand.
 */
export class ChannelChecker {
  #check: Check | undefined;

  /**
   * @returns the living channels, once all events of before have been read; absent when there was no answer, or it was
   * cancelled
   * @throws {AmiError} when the connection ends before
   */
  async ask(connection: Connection): Promise<LivingChannel[] | undefined> {
    const check: Check = { id: connection.nextId(), channels: [], complete: Promise.withResolvers() };
    this.#check = check;
    const answer = await connection.action('CoreShowChannels', {}, undefined, check.id);
    const isComplete =
      answer !== undefined && !isError(answer) && (await connection.waitAtMost(check.complete.promise));
    if (isComplete !== true) {
      if (this.#check === check) this.#check = undefined;
      return undefined;
    }
    await connection.pause(LATE_EVENTS_MS);
    // However busy this process was meanwhile: with this answer everything is read that was sent before it.
    const pong = await connection.action('Ping');
    return pong === undefined ? undefined : check.channels;
  }

  /** Takes a line of the list, or its end. */
  packet(packet: Packet): void {
    const check = this.#check;
    if (check === undefined || !isAbout(packet, check.id)) return;
    if (packet.event === 'CoreShowChannel') {
      const uniqueid = packet.get('Uniqueid') || packet.get('UniqueID');
      check.channels.push({ uniqueid, channel: packet.get('Channel') });
    } else if (packet.event === 'CoreShowChannelsComplete') {
      this.#check = undefined;
      check.complete.resolve(true);
    }
  }

  /** What was asked is of no use any more. */
  cancel(): void {
    this.#check?.complete.resolve(false);
    this.#check = undefined;
  }
}
