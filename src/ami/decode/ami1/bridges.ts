import type { AmiEvent } from '../../events.ts';
import { fieldsOf, type Identity } from './identity.ts';

/** A bridge of AMI 1.x: always two channels. Its id is made of their uniqueids. */
interface Pair {
  id: string;
  wires: [string, string];
}

/** Who is linked with whom, told as bridges that channels enter and leave. */
export class Bridges {
  readonly #byWire = new Map<string, Pair>();

  get size(): number {
    return this.#byWire.size;
  }

  /** Two channels are linked. Nothing is told when they were already. */
  link(one: Identity, other: Identity): AmiEvent[] {
    const before = this.#byWire.get(one.wire);
    if (before !== undefined && before === this.#byWire.get(other.wire)) return [];
    const told = [...this.leave(one.wire, one), ...this.leave(other.wire, other)];
    const pair: Pair = { id: `${one.uniqueid}/${other.uniqueid}`, wires: [one.wire, other.wire] };
    for (const identity of [one, other]) {
      this.#byWire.set(identity.wire, pair);
      told.push(enter(identity, pair.id));
    }
    return told;
  }

  /** A channel is linked no more; its bridge ends with it, the other one is told when its own Unlink comes. */
  leave(wire: string, identity: Identity | undefined): AmiEvent[] {
    this.#byWire.delete(wire);
    return identity === undefined ? [] : leaveTold(identity);
  }

  /** `to` has taken the place of `from` in the bridge, if there was one. Call after the swap of their uniqueids. */
  takeOver(from: Identity, to: Identity): AmiEvent[] {
    const pair = this.#byWire.get(to.wire);
    const told = leaveTold(from);
    if (pair === undefined || to.bridge === pair.id) return told;
    told.push(...leaveTold(to), enter(to, pair.id));
    return told;
  }

  /** Forgets the bridges of channels that are gone. */
  keep(wires: ReadonlySet<string>): void {
    for (const wire of [...this.#byWire.keys()]) if (!wires.has(wire)) this.#byWire.delete(wire);
  }
}

function enter(identity: Identity, bridge: string): AmiEvent {
  identity.bridge = bridge;
  return { event: 'BridgeEnter', ...bridgeFields(identity, bridge) };
}

function leaveTold(identity: Identity): AmiEvent[] {
  const bridge = identity.bridge;
  if (bridge === undefined) return [];
  identity.bridge = undefined;
  return [{ event: 'BridgeLeave', ...bridgeFields(identity, bridge) }];
}

function bridgeFields(identity: Identity, bridge: string) {
  return { ...fieldsOf(identity), bridge, bridgeType: 'basic', technology: 'simple_bridge', creator: '<unknown>' };
}
