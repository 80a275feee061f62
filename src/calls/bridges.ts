import type { Channel } from './channel.ts';

/** Who is in which bridge: most have two members, and their lists are replaced, not changed. */
export class Bridges {
  readonly #members = new Map<string, readonly Channel[]>();

  get size(): number {
    return this.#members.size;
  }

  enter(bridge: string, channel: Channel): void {
    if (channel.bridge === bridge) return;
    this.leave(channel);
    const members = this.#members.get(bridge) ?? [];
    this.#members.set(bridge, members.concat(channel));
    channel.bridge = bridge;
  }

  leave(channel: Channel): void {
    if (channel.bridge === undefined) return;
    const others = this.#members.get(channel.bridge)?.filter((member) => member !== channel) ?? [];
    if (others.length === 0) this.#members.delete(channel.bridge);
    else this.#members.set(channel.bridge, others);
    channel.bridge = undefined;
  }

  /** The others in a channel's bridge. */
  *othersWith(channel: Channel): Generator<Channel> {
    if (channel.bridge === undefined) return;
    for (const member of this.#members.get(channel.bridge) ?? []) if (member !== channel) yield member;
  }
}
