import type { ChannelSnapshot } from '../../ami/events.ts';
import type { Directory } from '../../config/directory/directory.ts';
import { Channel } from './channel.ts';

/** How many uniqueids of ended channels are remembered, so that an event that comes late does not bring one back. */
const REMEMBERED_ENDED = 4096;

/** The living channels, by uniqueid and by name, and how many of them each Linkedid has. */
export class Channels {
  readonly #byUniqueid = new Map<string, Channel>();
  readonly #byName = new Map<string, Channel>();
  readonly #perLinkedid = new Map<string, number>();
  readonly #endedIds = new Set<string>();
  /** The same, the oldest one at `#nextGrave`. */
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

  all(): IterableIterator<Channel> {
    return this.#byUniqueid.values();
  }

  get(uniqueid: string): Channel | undefined {
    return this.#byUniqueid.get(uniqueid);
  }

  named(name: string): Channel | undefined {
    return this.#byName.get(name);
  }

  hasEnded(uniqueid: string): boolean {
    return this.#endedIds.has(uniqueid);
  }

  hasLinkedid(linkedid: string): boolean {
    return this.#perLinkedid.has(linkedid);
  }

  /**
   * The channel that an event shows, made when it is new, with what the event shows taken in.
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

  /** A channel that no longer is, or is not known otherwise, as an event still names it: outside the registry. */
  detached(fields: ChannelSnapshot): Channel {
    const channel = new Channel(fields.uniqueid, fields.channel);
    channel.linkedid = fields.linkedid;
    channel.extension = this.#extensionOf(fields.channel);
    channel.firstSeenUp = true;
    // That it dialled none of its own leaves what the event shows.
    channel.dialledExten = '';
    channel.update(fields);
    return channel;
  }

  /** A channel of an earlier run, of which only this is known. */
  restore(uniqueid: string, name: string, linkedid: string): Channel {
    const channel = this.#byUniqueid.get(uniqueid);
    return channel ?? this.#add({ uniqueid, channel: name, linkedid });
  }

  rename(channel: Channel, name: string): void {
    if (name === '') return;
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    channel.name = name;
    // A zombie keeps whose it was: its leg ends with its Hangup.
    if (!isMasqueradeLeftover(name)) channel.extension = this.#extensionOf(name);
    this.#byName.set(name, channel);
  }

  remove(channel: Channel): void {
    this.#byUniqueid.delete(channel.uniqueid);
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    this.#rememberEnded(channel.uniqueid);
    this.#unlink(channel.linkedid);
  }

  #rememberEnded(uniqueid: string): void {
    // A ring, for a Set is slow to tell its oldest one when many before that were deleted.
    const oldest = this.#endedRing[this.#nextInRing];
    if (oldest !== undefined) this.#endedIds.delete(oldest);
    this.#endedRing[this.#nextInRing] = uniqueid;
    this.#nextInRing = (this.#nextInRing + 1) % REMEMBERED_ENDED;
    this.#endedIds.add(uniqueid);
  }

  #add(fields: Pick<ChannelSnapshot, 'uniqueid' | 'channel' | 'linkedid'>): Channel {
    const channel = new Channel(fields.uniqueid, fields.channel);
    channel.extension = this.#extensionOf(fields.channel);
    this.#byUniqueid.set(channel.uniqueid, channel);
    this.#byName.set(channel.name, channel);
    this.#link(channel, fields.linkedid === '' ? fields.uniqueid : fields.linkedid);
    if (channel.isLocal) this.#pair(channel);
    return channel;
  }

  /** Joins the two halves of a Local channel: they differ in nothing but the `;1` and `;2` at the end. */
  #pair(channel: Channel): void {
    const other = `${channel.name.slice(0, -1)}${channel.isSecondHalf ? '1' : '2'}`;
    const partner = this.#byName.get(other);
    if (partner === undefined) return;
    channel.partner = partner;
    partner.partner = channel;
  }

  #extensionOf(name: string) {
    return name.startsWith('Local/') || isMasqueradeLeftover(name) ? undefined : this.directory.ofChannel(name);
  }

  #link(channel: Channel, linkedid: string): void {
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

/** Left over from a masquerade: `PJSIP/101-00000001<ZOMBIE>`. */
function isMasqueradeLeftover(name: string): boolean {
  return name.endsWith('<ZOMBIE>') || name.endsWith('<MASQ>');
}
