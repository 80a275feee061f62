import type { ChannelFields } from '../ami/events.ts';
import type { Directory } from '../config/directory.ts';
import { Channel } from './channel.ts';

/** How many uniqueids of ended channels are remembered, so that an event that comes late does not bring one back. */
const REMEMBERED_DEAD = 4096;

/** The living channels, by uniqueid and by name, and how many of them each Linkedid has. */
export class Channels {
  readonly #byUniqueid = new Map<string, Channel>();
  readonly #byName = new Map<string, Channel>();
  readonly #perLinkedid = new Map<string, number>();
  readonly #dead = new Set<string>();
  /** The same, the oldest one at `#nextGrave`. */
  readonly #graves: string[] = [];
  #nextGrave = 0;
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

  isDead(uniqueid: string): boolean {
    return this.#dead.has(uniqueid);
  }

  hasLinkedid(linkedid: string): boolean {
    return this.#perLinkedid.has(linkedid);
  }

  /**
   * The channel that an event shows, made when it is new, with what the event shows taken in.
   * @returns `undefined` for a channel that has ended, or that has no uniqueid
   */
  see(fields: ChannelFields, at: number | undefined): Channel | undefined {
    let channel = this.#byUniqueid.get(fields.uniqueid);
    if (channel === undefined) {
      if (fields.uniqueid === '' || this.#dead.has(fields.uniqueid)) return undefined;
      channel = this.#add(fields);
    }
    if (fields.channel !== channel.name) this.rename(channel, fields.channel);
    if (fields.linkedid !== '' && fields.linkedid !== channel.linkedid) this.#link(channel, fields.linkedid);
    channel.show(fields);
    if (at !== undefined) channel.seenAt = at;
    return channel;
  }

  /** A channel that no longer is, or is not known otherwise, as an event still names it: outside the registry. */
  ghost(fields: ChannelFields): Channel {
    const channel = new Channel(fields.uniqueid, fields.channel);
    channel.linkedid = fields.linkedid;
    channel.extension = this.#extensionOf(fields.channel);
    channel.silent = true;
    // That it dialled none of its own leaves what the event shows.
    channel.firstExten = '';
    channel.show(fields);
    return channel;
  }

  /** A channel of an earlier run, of which only this is known. */
  revive(uniqueid: string, name: string, linkedid: string): Channel {
    const channel = this.#byUniqueid.get(uniqueid);
    return channel ?? this.#add({ uniqueid, channel: name, linkedid });
  }

  rename(channel: Channel, name: string): void {
    if (name === '') return;
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    channel.name = name;
    // A zombie keeps whose it was: its leg ends with its Hangup.
    if (!isNobody(name)) channel.extension = this.#extensionOf(name);
    this.#byName.set(name, channel);
  }

  remove(channel: Channel): void {
    this.#byUniqueid.delete(channel.uniqueid);
    if (this.#byName.get(channel.name) === channel) this.#byName.delete(channel.name);
    this.#bury(channel.uniqueid);
    this.#unlink(channel.linkedid);
  }

  #bury(uniqueid: string): void {
    // A ring, for a Set is slow to tell its oldest one when many before that were deleted.
    const oldest = this.#graves[this.#nextGrave];
    if (oldest !== undefined) this.#dead.delete(oldest);
    this.#graves[this.#nextGrave] = uniqueid;
    this.#nextGrave = (this.#nextGrave + 1) % REMEMBERED_DEAD;
    this.#dead.add(uniqueid);
  }

  #add(fields: Pick<ChannelFields, 'uniqueid' | 'channel' | 'linkedid'>): Channel {
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
    return name.startsWith('Local/') || isNobody(name) ? undefined : this.directory.ofChannel(name);
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
function isNobody(name: string): boolean {
  return name.endsWith('<ZOMBIE>') || name.endsWith('<MASQ>');
}
