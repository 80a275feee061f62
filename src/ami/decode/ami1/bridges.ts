import type { AmiEvent } from '../../ami-events.ts';
import { fieldsOf, type Identity } from './identity.ts';

/** A bridge of AMI 1.x: always two channels. Its id is made of their uniqueids. */
interface Pair {
  id: string;
  uniqueids: [string, string];
}

/** Which channels are linked with each other, as bridges that they enter and leave. */
export class Bridges {
  readonly #byUniqueid = new Map<string, Pair>();

  get size(): number {
    return this.#byUniqueid.size;
  }

  /** Two channels are linked. There is no event when they were already. */
  link(one: Identity, other: Identity): AmiEvent[] {
    const before = this.#byUniqueid.get(one.currentUniqueid);
    if (before !== undefined && before === this.#byUniqueid.get(other.currentUniqueid)) return [];
    const events = [...this.leave(one.currentUniqueid, one), ...this.leave(other.currentUniqueid, other)];
    const pair: Pair = {
      id: `${one.uniqueid}/${other.uniqueid}`,
      uniqueids: [one.currentUniqueid, other.currentUniqueid],
    };
    for (const identity of [one, other]) {
      this.#byUniqueid.set(identity.currentUniqueid, pair);
      events.push(enter(identity, pair.id));
    }
    return events;
  }

  /**
   * A channel leaves its bridge, if it is in one. The other channel leaves by a call of its own: an Unlink names both.
   */
  leave(uniqueid: string, identity: Identity | undefined): AmiEvent[] {
    this.#byUniqueid.delete(uniqueid);
    return identity === undefined ? [] : leaveBridge(identity);
  }

  /**
   * `to` has taken the place of `from`: in its bridge if there was one, and in none if there was none. Call after the
   * swap of their uniqueids.
   */
  takeOver(from: Identity, to: Identity): AmiEvent[] {
    const pair = this.#byUniqueid.get(to.currentUniqueid);
    const events = leaveBridge(from);
    if (to.bridge === pair?.id) return events;
    events.push(...leaveBridge(to));
    if (pair !== undefined) events.push(enter(to, pair.id));
    return events;
  }

  /** Forgets the bridges of channels that are gone. */
  keep(uniqueids: ReadonlySet<string>): void {
    for (const uniqueid of [...this.#byUniqueid.keys()])
      if (!uniqueids.has(uniqueid)) this.#byUniqueid.delete(uniqueid);
  }
}

function enter(identity: Identity, bridge: string): AmiEvent {
  identity.bridge = bridge;
  return { event: 'BridgeEnter', ...bridgeFields(identity, bridge) };
}

function leaveBridge(identity: Identity): AmiEvent[] {
  const bridge = identity.bridge;
  if (bridge === undefined) return [];
  identity.bridge = undefined;
  return [{ event: 'BridgeLeave', ...bridgeFields(identity, bridge) }];
}

function bridgeFields(identity: Identity, bridge: string) {
  return { ...fieldsOf(identity), bridge, bridgeType: 'basic', technology: 'simple_bridge', creator: '<unknown>' };
}
