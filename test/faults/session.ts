import type { TrueLeg } from './busy-pbx.ts';

/** What has been sent on a session up to a moment. */
interface Sent {
  /** How many legs had begun. */
  legs: number;
  /** How many events the PBX had made. */
  events: number;
  /** Whether the list of channels was among it. */
  list: boolean;
}

/**
 * One AMI session as the PBX knows it: which legs begun while it listened, which list of channels it was sent, and how
 * much of all that it is known to have read. Nothing here goes by the clock: what was sent is a place in the stream,
 * which a slow machine does not move.
 */
export class Session {
  /** When it was lost, in the clock of the arrivals; absent: it goes on. */
  to: number | undefined;
  /** The places among the legs of those that began while it listened. */
  readonly #firstLeg: number;
  #endLeg = Number.POSITIVE_INFINITY;
  /** The legs that rang when it was sent the list that counts, and how many had begun then. */
  #list: { legs: number; ringing: ReadonlySet<TrueLeg> } | undefined;
  /** Those that rang in any list that it was sent. */
  readonly #shown = new Set<TrueLeg>();
  /** Sent before the last answer to a ping, and so read when the next ping comes. */
  #sent: Sent | undefined;
  #read: Sent | undefined;
  /** It has asked which channels there are. */
  hasAsked = false;

  /** @param legs how many had begun before */
  constructor(legs: number) {
    this.#firstLeg = legs;
  }

  /** It was lost. @param legs how many have begun */
  lost(legs: number): void {
    if (this.to !== undefined) return;
    this.to = Date.now();
    this.#endLeg = legs;
  }

  /** It was answered which channels live. @param counts whether a leg is opened by what this answer shows */
  listed(ringing: ReadonlySet<TrueLeg>, legs: number, counts: boolean): void {
    for (const leg of ringing) this.#shown.add(leg);
    if (counts) this.#list = { legs, ringing };
  }

  /**
   * It was sent an answer to a ping, for which it waits before the next: so what came before the last answer is read.
   */
  pinged(legs: number, events: number): void {
    this.#read = this.#sent;
    this.#sent = { legs, events, list: this.#list !== undefined };
  }

  /** How many of the events that the PBX has made it has read for sure, or were before its time. */
  get readEvents(): number {
    return this.#read?.events ?? 0;
  }

  /** Whether it was sent the beginning of the leg at this place. */
  wasSent(place: number): boolean {
    return this.#firstLeg <= place && place < this.#endLeg;
  }

  /** Whether a list has shown it this leg while it rang. */
  wasShown(leg: TrueLeg): boolean {
    return this.#shown.has(leg);
  }

  /**
   * The place of the last leg whose beginning it has read for sure. AMI is one stream: with a Dial that arrived while
   * it was connected, the service had read all before it.
   * @param hasDial whether the Dial of the leg at this place arrived by this time
   */
  readUntil(legs: readonly TrueLeg[], hasDial: (leg: TrueLeg, by: number) => boolean): number {
    const { to } = this;
    if (to === undefined) return Number.POSITIVE_INFINITY;
    const sent = legs.findLastIndex((leg, place) => this.wasSent(place) && hasDial(leg, to));
    return Math.max(sent, (this.#read?.legs ?? 0) - 1);
  }

  /** Whether it has read for sure that this leg rang. @param readUntil as {@link readUntil} says */
  hasReadInList(leg: TrueLeg, readUntil: number): boolean {
    if (this.#list?.ringing.has(leg) !== true) return false;
    return this.#read?.list === true || readUntil >= this.#list.legs;
  }
}
