import type { ChannelSnapshot } from '../../ami/ami-events.ts';
import { isLocal, isMasqueradeLeftover, otherHalf } from '../../ami/channel-name.ts';
import type { Directory } from '../../config/directory/directory.ts';
import { type Channel, MutableChannel } from './channel.ts';

/** How many uniqueids of ended channels are remembered, so that an event that comes late does not bring one back. */
const REMEMBERED_ENDED = 4096;

/** The living channels, by Uniqueid and by name, and how many of them each Linkedid has. */
export class Channels {
  readonly #byUniqueid = new Map<string, MutableChannel>();
  readonly #byName = new Map<string, MutableChannel>();
  readonly #perLinkedid = new Map<string, number>();
  readonly #endedIds = new Set<string>();
  /** The same, in the order of their end: the oldest one is at `#nextInRing`. */
  readonly #endedRing: string[] = [];
  #nextInRing = 0;
  readonly #onLinkedidGone: (linkedid: string) => void;
  directory: Directory;

  /** @param onLinkedidGone called when the last channel of a Linkedid has ended or taken another one */
  constructor(directory: Directory, onLinkedidGone: (linkedid: string) => void) {
    this.directory = directory;
    this.#onLinkedidGone = onLinkedidGone;
  }

  get size(): number {
    return this.#byUniqueid.size;
  }

  /** All living channels, in the order in which events first showed them. */
  all(): IterableIterator<Channel> {
    return this.#byUniqueid.values();
  }

  get(uniqueid: string): Channel | undefined {
    return this.#byUniqueid.get(uniqueid);
  }

  /** Whether a channel of this Uniqueid is alive, or has ended not too long ago. */
  isKnown(uniqueid: string): boolean {
    return this.#byUniqueid.has(uniqueid) || this.#endedIds.has(uniqueid);
  }

  /** A channel is alive, whatever events show of it. @param at now: milliseconds since 1970 */
  touch(channel: MutableChannel, at: number | undefined): void {
    if (at !== undefined) channel.seenAt = at;
  }

  /** The living channel of this name. */
  named(name: string): Channel | undefined {
    return this.#byName.get(name);
  }

  /** Whether a living channel has this Linkedid. */
  hasLinkedid(linkedid: string): boolean {
    return this.#perLinkedid.has(linkedid);
  }

  /**
   * The channel that an event shows, added when it is new, and updated with what the event shows.
   * @param at when the event happened: milliseconds since 1970; absent without timestamps
   * @returns `undefined` for a channel that has ended, or that has no uniqueid
   */
  upsert(fields: ChannelSnapshot, at: number | undefined): Channel | undefined {
    let channel = this.#byUniqueid.get(fields.uniqueid);
    if (channel === undefined) {
      if (fields.uniqueid === '' || this.#endedIds.has(fields.uniqueid)) return undefined;
      channel = this.#add(fields);
    }
    if (fields.channel !== channel.name) this.rename(channel, fields.channel);
    if (fields.linkedid !== '' && fields.linkedid !== channel.linkedid) this.#link(channel, fields.linkedid);
    channel.update(fields);
    if (at !== undefined) channel.seenAt = at;
    return channel;
  }

  /** A channel that has ended or has no uniqueid, as an event still names it: outside of the registry. */
  detached(fields: ChannelSnapshot): Channel {
    const channel = new MutableChannel(fields.uniqueid, fields.channel);
    channel.linkedid = fields.linkedid;
    channel.extension = this.#extensionOf(fields.channel);
    channel.markDetached();
    channel.update(fields);
    return channel;
  }

  /** A channel of an earlier run, of which only this is known: the one that is registered, else a new one. */
  restore(uniqueid: string, name: string, linkedid: string): Channel {
    const channel = this.#byUniqueid.get(uniqueid);
    return channel ?? this.#add({ uniqueid, channel: name, linkedid });
  }

  /** A channel has another name now (a masquerade), and with that may be another extension's. */
  rename(channel: MutableChannel, name: string): void {
    if (name === '') return;
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    channel.name = name;
    // A zombie stays its extension's: its leg ends with its Hangup.
    if (!isMasqueradeLeftover(name)) channel.extension = this.#extensionOf(name);
    this.#byName.set(name, channel);
  }

  /** A channel has ended. */
  remove(channel: Channel): void {
    channel.markEnded();
    this.#byUniqueid.delete(channel.uniqueid);
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    this.#rememberEnded(channel.uniqueid);
    this.#unlink(channel.linkedid);
  }

  /**
   * Channels that no event has shown yet count as shown now (milliseconds since 1970), so that they are forgotten one
   * day.
   */
  markSeen(at: number | undefined): void {
    for (const channel of this.#byUniqueid.values()) if (channel.seenAt === 0) channel.seenAt = at ?? 0;
  }

  /** The clock was set by this many milliseconds: so are the times of the channels. */
  shiftTime(by: number): void {
    for (const channel of this.#byUniqueid.values()) {
      channel.seenAt += by;
      if (channel.upAt !== undefined) channel.upAt += by;
    }
  }

  /** Asterisk was restarted: its Uniqueids can come again. */
  forgetEnded(): void {
    this.#endedIds.clear();
    this.#endedRing.length = 0;
    this.#nextInRing = 0;
  }

  #rememberEnded(uniqueid: string): void {
    // A ring, for a Set is slow to find its oldest one when many before that were deleted.
    const oldest = this.#endedRing[this.#nextInRing];
    if (oldest !== undefined) this.#endedIds.delete(oldest);
    this.#endedRing[this.#nextInRing] = uniqueid;
    this.#nextInRing = (this.#nextInRing + 1) % REMEMBERED_ENDED;
    this.#endedIds.add(uniqueid);
  }

  #add(fields: Pick<ChannelSnapshot, 'uniqueid' | 'channel' | 'linkedid'>): MutableChannel {
    const channel = new MutableChannel(fields.uniqueid, fields.channel);
    channel.extension = this.#extensionOf(fields.channel);
    this.#byUniqueid.set(channel.uniqueid, channel);
    this.#byName.set(channel.name, channel);
    this.#link(channel, fields.linkedid === '' ? fields.uniqueid : fields.linkedid);
    if (channel.isLocal) this.#pair(channel);
    return channel;
  }

  /** Joins the two halves of a Local channel: they differ in nothing but the `;1` and `;2` at the end. */
  #pair(channel: MutableChannel): void {
    const other = otherHalf(channel.name);
    const partner = other === undefined ? undefined : this.#byName.get(other);
    if (partner === undefined) return;
    channel.partner = partner;
    partner.partner = channel;
  }

  #extensionOf(name: string) {
    return isLocal(name) || isMasqueradeLeftover(name) ? undefined : this.directory.ofChannel(name);
  }

  #link(channel: MutableChannel, linkedid: string): void {
    const before = channel.linkedid;
    channel.linkedid = linkedid;
    this.#perLinkedid.set(linkedid, (this.#perLinkedid.get(linkedid) ?? 0) + 1);
    if (before !== '') this.#unlink(before);
  }

  #unlink(linkedid: string): void {
    const left = (this.#perLinkedid.get(linkedid) ?? 0) - 1;
    if (left > 0) {
      this.#perLinkedid.set(linkedid, left);
      return;
    }
    this.#perLinkedid.delete(linkedid);
    this.#onLinkedidGone(linkedid);
  }
}
