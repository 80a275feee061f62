import { type Identity, isMasqueradeLeftover, joinCall, otherHalf } from './identity.ts';

/** Seconds after which a channel is forgotten whose Hangup was lost, told by the time in its uniqueid. */
const FORGOTTEN_S = 24 * 3600;

/** Who is behind which uniqueid, now. */
export class Identities {
  /** By the uniqueid that Asterisk uses at the moment, oldest first. */
  readonly #byWire = new Map<string, Identity>();
  readonly #byName = new Map<string, Identity>();
  readonly #onLost: (wire: string) => void;

  /** @param onLost told of a channel that has ended though its Hangup never came */
  constructor(onLost: (wire: string) => void) {
    this.#onLost = onLost;
  }

  get size(): number {
    return this.#byWire.size;
  }

  get(wire: string): Identity | undefined {
    return this.#byWire.get(wire);
  }

  named(name: string): Identity | undefined {
    return this.#byName.get(name);
  }

  /**
   * The identity behind a uniqueid that an event shows, made when it is new.
   * @param name as the event shows it
   * @returns `undefined` for a leftover of a masquerade that began before the first event, or without a uniqueid
   */
  see(wire: string, name: string): Identity | undefined {
    const known = this.#byWire.get(wire);
    if (known !== undefined) return known;
    return wire === '' || name === '' || isMasqueradeLeftover(name) ? undefined : this.#add(wire, name);
  }

  /** The two have changed places: each now goes by the other's uniqueid. */
  swap(one: Identity, other: Identity): void {
    const wire = one.wire;
    one.wire = other.wire;
    other.wire = wire;
    this.#byWire.set(one.wire, one);
    this.#byWire.set(other.wire, other);
  }

  rename(identity: Identity, name: string): void {
    if (this.#byName.get(identity.name) === identity) this.#byName.delete(identity.name);
    identity.name = name;
    this.#byName.set(name, identity);
  }

  remove(identity: Identity): void {
    if (this.#byWire.get(identity.wire) === identity) this.#byWire.delete(identity.wire);
    if (this.#byName.get(identity.name) === identity) this.#byName.delete(identity.name);
  }

  /** Forgets all whose uniqueid is not among these. */
  keep(wires: ReadonlySet<string>): void {
    for (const identity of [...this.#byWire.values()]) if (!wires.has(identity.wire)) this.remove(identity);
  }

  #add(wire: string, name: string): Identity {
    const stale = this.#byName.get(name);
    if (stale !== undefined) this.#lose(stale);
    this.#forgetOld(secondsOf(wire));
    const identity: Identity = {
      uniqueid: wire,
      name,
      wire,
      call: { id: wire, parent: undefined },
      dialled: false,
      state: -1,
      calling: false,
      exten: '',
      inAnothersPlace: false,
      bridge: undefined,
    };
    this.#byWire.set(wire, identity);
    this.#byName.set(name, identity);
    const half = this.#byName.get(otherHalf(name) ?? '');
    if (half !== undefined) joinCall(half, identity);
    return identity;
  }

  #forgetOld(now: number): void {
    for (const identity of this.#byWire.values()) {
      if (!(now - secondsOf(identity.wire) > FORGOTTEN_S)) return;
      this.#lose(identity);
    }
  }

  #lose(identity: Identity): void {
    this.remove(identity);
    this.#onLost(identity.wire);
  }
}

/** The time in a uniqueid (`pbx-1443110370.12`: the system's name, seconds since 1970, a number); NaN when there is none. */
function secondsOf(uniqueid: string): number {
  return Number(/(\d+)\.\d+$/.exec(uniqueid)?.[1]);
}
