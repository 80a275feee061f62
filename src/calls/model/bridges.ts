import type { Channel, MutableChannel } from './channel.ts';
import { isParty } from './helper-channels.ts';
import { withAdded, without } from './short-list.ts';

/**
 * A bridge of Asterisk. `pair`: a call of two, as Dial makes it. `holding`: its members wait, and hear nobody (a
 * parking lot, an agent's waiting room). `other`: a conference, or one that was first seen after the connection was
 * lost.
 */
export type BridgeKind = 'pair' | 'holding' | 'other';

interface Bridge {
  members: readonly Channel[];
  kind: BridgeKind;
}

/**
 * Which channels are in which of Asterisk's bridges: most have two members, and their lists are replaced, not changed.
 */
export class Bridges {
  readonly #bridges = new Map<string, Bridge>();

  /** How many bridges have members. */
  get size(): number {
    return this.#bridges.size;
  }

  /**
   * A channel is in this bridge now, and in no other.
   * @param uniqueid BridgeUniqueid
   * @param kind of a bridge that was empty so far; others keep theirs
   */
  enter(uniqueid: string, channel: MutableChannel, kind: BridgeKind = 'other'): void {
    if (channel.bridge === uniqueid) return;
    this.leave(channel);
    const bridge = this.#bridges.get(uniqueid) ?? { members: [], kind };
    bridge.members = withAdded(bridge.members, channel);
    this.#bridges.set(uniqueid, bridge);
    channel.bridge = uniqueid;
    channel.isInTwoPartyBridge = bridge.kind === 'pair';
  }

  /** A channel is in no bridge now. */
  leave(channel: MutableChannel): void {
    if (channel.bridge === undefined) return;
    const bridge = this.#bridges.get(channel.bridge);
    if (bridge !== undefined) bridge.members = without(bridge.members, channel);
    if (bridge?.members.length === 0) this.#bridges.delete(channel.bridge);
    channel.bridge = undefined;
    channel.isInTwoPartyBridge = false;
  }

  /** All in a channel's bridge, itself among them. */
  members(channel: Channel): readonly Channel[] {
    return (channel.bridge !== undefined && this.#bridges.get(channel.bridge)?.members) || [];
  }

  /** The others in a channel's bridge. */
  *othersWith(channel: Channel): Generator<Channel> {
    if (channel.bridge === undefined) return;
    for (const member of this.#bridges.get(channel.bridge)?.members ?? []) if (member !== channel) yield member;
  }

  /**
   * Who hears a channel: the parties in its bridge, and those in the bridges that Local channels join to it.
   * @param passed the bridges that the walk has come through, for Local channels can join two of them twice
   */
  *partiesWith(channel: Channel, passed?: Set<string>): Generator<Channel> {
    if (channel.bridge === undefined || passed?.has(channel.bridge)) return;
    const bridge = this.#bridges.get(channel.bridge);
    if (bridge === undefined || bridge.kind === 'holding') return;
    let through = passed;
    through?.add(channel.bridge);
    for (const member of bridge.members) {
      if (member === channel) continue;
      if (isParty(member)) yield member;
      else if (member.isLocal && member.partner !== undefined) {
        through ??= new Set([channel.bridge]);
        yield* this.partiesWith(member.partner, through);
      }
    }
  }
}
