import { type Channel, isParty } from './channel.ts';

/**
 * `pair`: a call of two, as Dial makes it. `holding`: whoever is in it waits, and hears nobody (a parking lot, an agent's
 * waiting room). `other`: a conference, or one that was not seen before the connection was lost.
 */
export type BridgeKind = 'pair' | 'holding' | 'other';

interface Bridge {
  members: readonly Channel[];
  kind: BridgeKind;
}

/** Who is in which bridge: most have two members, and their lists are replaced, not changed. */
export class Bridges {
  readonly #bridges = new Map<string, Bridge>();

  get size(): number {
    return this.#bridges.size;
  }

  enter(uniqueid: string, channel: Channel, kind: BridgeKind = 'other'): void {
    if (channel.bridge === uniqueid) return;
    this.leave(channel);
    const bridge = this.#bridges.get(uniqueid) ?? { members: [], kind };
    bridge.members = bridge.members.concat(channel);
    this.#bridges.set(uniqueid, bridge);
    channel.bridge = uniqueid;
    channel.isInTwoPartyBridge = bridge.kind === 'pair';
  }

  leave(channel: Channel): void {
    if (channel.bridge === undefined) return;
    const bridge = this.#bridges.get(channel.bridge);
    if (bridge !== undefined) bridge.members = bridge.members.filter((member) => member !== channel);
    if (bridge?.members.length === 0) this.#bridges.delete(channel.bridge);
    channel.bridge = undefined;
    channel.isInTwoPartyBridge = false;
  }

  /** The others in a channel's bridge. */
  *othersWith(channel: Channel): Generator<Channel> {
    if (channel.bridge === undefined) return;
    for (const member of this.#bridges.get(channel.bridge)?.members ?? []) if (member !== channel) yield member;
  }

  /**
   * Who hears a channel: the parties in its bridge, and those in the bridges that Local channels join to it.
   * @param seen the bridges that the walk has come through, for Local channels can join two of them twice
   */
  *partiesWith(channel: Channel, seen?: Set<string>): Generator<Channel> {
    if (channel.bridge === undefined || seen?.has(channel.bridge)) return;
    const bridge = this.#bridges.get(channel.bridge);
    if (bridge === undefined || bridge.kind === 'holding') return;
    let through = seen;
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
