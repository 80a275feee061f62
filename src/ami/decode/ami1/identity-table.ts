import { isMasqueradeLeftover, otherHalf } from '../../channel-name.ts';
import { type Identity, joinCall } from './identity.ts';

/** Seconds after which a channel is forgotten whose Hangup was lost, by the time in its uniqueid. */
const FORGOTTEN_S = 24 * 3600;

/** Which identity is behind which uniqueid, now. */
export class IdentityTable {
  /** By the uniqueid that Asterisk uses at the moment, oldest first. */
  readonly #byUniqueid = new Map<string, Identity>();
  readonly #byName = new Map<string, Identity>();
  readonly #onLost: (currentUniqueid: string) => void;

  /** @param onLost called with a channel that has ended though its Hangup never came */
  constructor(onLost: (currentUniqueid: string) => void) {
    this.#onLost = onLost;
  }

  get size(): number {
    return this.#byUniqueid.size;
  }

  get(currentUniqueid: string): Identity | undefined {
    return this.#byUniqueid.get(currentUniqueid);
  }

  named(name: string): Identity | undefined {
    return this.#byName.get(name);
  }

  /**
   * The identity behind a uniqueid that an event shows, made when it is new.
   * @param name as the event shows it
   * @returns `undefined` for a leftover of a masquerade that began before the first event, or without a uniqueid
   */
  upsert(currentUniqueid: string, name: string): Identity | undefined {
    const known = this.#byUniqueid.get(currentUniqueid);
    if (known !== undefined) return known;
    return currentUniqueid === '' || name === '' || isMasqueradeLeftover(name)
      ? undefined
      : this.#add(currentUniqueid, name);
  }

  /** The two have changed places: each now goes by the other's uniqueid. */
  swap(one: Identity, other: Identity): void {
    const { currentUniqueid } = one;
    one.currentUniqueid = other.currentUniqueid;
    other.currentUniqueid = currentUniqueid;
    this.#byUniqueid.set(one.currentUniqueid, one);
    this.#byUniqueid.set(other.currentUniqueid, other);
  }

  rename(identity: Identity, name: string): void {
    if (this.#byName.get(identity.name) === identity) this.#byName.delete(identity.name);
    identity.name = name;
    this.#byName.set(name, identity);
  }

  remove(identity: Identity): void {
    if (this.#byUniqueid.get(identity.currentUniqueid) === identity) this.#byUniqueid.delete(identity.currentUniqueid);
    if (this.#byName.get(identity.name) === identity) this.#byName.delete(identity.name);
  }

  /** Forgets all whose uniqueid is not among these. */
  keep(uniqueids: ReadonlySet<string>): void {
    for (const identity of [...this.#byUniqueid.values()])
      if (!uniqueids.has(identity.currentUniqueid)) this.remove(identity);
  }

  #add(uniqueid: string, name: string): Identity {
    const stale = this.#byName.get(name);
    if (stale !== undefined) this.#lose(stale);
    this.#forgetOld(secondsOf(uniqueid));
    const identity: Identity = {
      uniqueid,
      name,
      currentUniqueid: uniqueid,
      call: { id: uniqueid, parent: undefined },
      dialled: false,
      state: -1,
      calling: false,
      awaitsNumber: false,
      context: '',
      exten: '',
      justMasqueraded: false,
      bridge: undefined,
    };
    this.#byUniqueid.set(uniqueid, identity);
    this.#byName.set(name, identity);
    const half = this.#byName.get(otherHalf(name) ?? '');
    if (half !== undefined) joinCall(half, identity);
    return identity;
  }

  #forgetOld(now: number): void {
    for (const identity of this.#byUniqueid.values()) {
      const age = now - secondsOf(identity.currentUniqueid);
      if (Number.isNaN(age)) continue;
      if (age <= FORGOTTEN_S) return;
      this.#lose(identity);
    }
  }

  #lose(identity: Identity): void {
    this.remove(identity);
    this.#onLost(identity.currentUniqueid);
  }
}

/**
 * The time in a uniqueid (`pbx-1443110370.12`: the system's name, seconds since 1970, a number); NaN when there is
 * none.
 */
function secondsOf(uniqueid: string): number {
  return Number(/(\d+)\.\d+$/.exec(uniqueid)?.[1]);
}
