import type { Channel } from './channel.ts';

/** Who is in which bridge. */
export class Bridges {
  readonly #members = new Map<string, Set<Channel>>();

  get size(): number {
    return this.#members.size;
  }

  enter(bridge: string, channel: Channel): void {
    if (channel.bridge !== undefined && channel.bridge !== bridge) this.leave(channel);
    let members = this.#members.get(bridge);
    if (members === undefined) {
      members = new Set();
      this.#members.set(bridge, members);
    }
    members.add(channel);
    channel.bridge = bridge;
  }

  leave(channel: Channel): void {
    if (channel.bridge === undefined) return;
    const members = this.#members.get(channel.bridge);
    members?.delete(channel);
    if (members?.size === 0) this.#members.delete(channel.bridge);
    channel.bridge = undefined;
  }

  /** The others in a channel's bridge. */
  *othersWith(channel: Channel): Generator<Channel> {
    if (channel.bridge === undefined) return;
    for (const member of this.#members.get(channel.bridge) ?? []) if (member !== channel) yield member;
  }
}
