import type { Channel } from './channel.ts';
import type { Dial } from './dial.ts';

/**
 * What a deferred dial waits for.
 *
 * - `number`: the dials of a click to call whose number Asterisk has not named yet. OriginateResponse names it, but is
 *   sent by another thread of Asterisk than the dialplan runs in, so it can come a moment after the dial
 *   (fixtures/freepbx-click-to-call). All of one phone wait together, under that phone.
 * - `list`: a dial that begins after a gap, before the list of channels has come, for a caller that is not known yet or
 *   whose number is not. It waits by itself, under the channel that is dialled.
 * - `outer dial`: a dial behind a Local channel that nobody is known to dial. Two threads of Asterisk report the two
 *   dials, so the outer one can come a moment later (fixtures/blind-transfer-to-ring-group-inner-dial-first). Or it is
 *   a consultation: then the transferrer comes into a bridge with the Local channel, a moment later as well. It waits
 *   under the half of the Local channel that is dialled.
 */
export type Awaited = 'number' | 'list' | 'outer dial';

/**
 * How long dials wait at most, in milliseconds. An OriginateResponse that is later will not come: a call file has none.
 * Measured delays: an OriginateResponse 1 ms, an outer dial 0.1 ms, a transferrer 3 ms. The list takes as long as
 * Asterisk needs for its channels; a screen pop that is later is worth little.
 */
const LONGEST_MS: Record<Awaited, number> = { number: 250, list: 5000, 'outer dial': 100 };

/** Dials that wait together. */
interface Batch {
  waitsFor: Awaited;
  /** The channel that they wait under, and what it dials through and towards. */
  channels: Set<Channel>;
  /** When the first was deferred: milliseconds since 1970; absent without timestamps. */
  since: number | undefined;
  /** With the time at which each began. */
  dials: { dial: Dial; at: number | undefined }[];
}

/**
 * Dials whose call events wait for what Asterisk is about to say of them; for a while at most, and never past what
 * becomes of the dials next. Then each is routed again.
 */
export class DeferredDials {
  readonly #batches = new Map<Channel, Batch>();
  readonly #route: (dial: Dial, waitedFor: Awaited, at: number | undefined) => void;

  /**
   * @param route called for each dial when it has waited, with the time at which it began; it may defer the dial again
   */
  constructor(route: (dial: Dial, waitedFor: Awaited, at: number | undefined) => void) {
    this.#route = route;
  }

  /** How many channels have dials that wait under them. */
  get size(): number {
    return this.#batches.size;
  }

  /** Whether dials of this phone wait for their number. */
  isAwaitingNumber(phone: Channel): boolean {
    return this.#batches.get(phone)?.waitsFor === 'number';
  }

  /**
   * @param under the channel whose dials wait together
   * @param at when the dial began
   */
  defer(dial: Dial, waitsFor: Awaited, under: Channel, at: number | undefined): void {
    const batch = this.#batches.get(under) ?? { waitsFor, channels: new Set([under]), since: at, dials: [] };
    batch.channels.add(dial.dest);
    if (dial.source !== undefined) batch.channels.add(dial.source);
    batch.dials.push({ dial, at });
    this.#batches.set(under, batch);
  }

  /** Something becomes of this channel: the dials that it has part in are routed before. */
  flushOf(channel: Channel): void {
    for (const [under, { channels }] of this.#batches) if (channels.has(channel)) this.#flush(under);
  }

  /**
   * It is known now who dials this half of a Local channel: the dials behind it that waited for that are routed.
   * @param at the time since when it is known, which becomes theirs: no phone is called before its caller calls
   */
  flushBehind(front: Channel, at: number | undefined): void {
    if (this.#batches.get(front)?.waitsFor === 'outer dial') this.#flush(front, at);
  }

  /** Time passes: routes what has waited long enough. @param now milliseconds since 1970 */
  flushExpired(now: number): void {
    for (const [under, batch] of this.#batches) {
      // A clock that was set back a little must not make it wait until it is as late again.
      if (batch.since !== undefined && now < batch.since) batch.since = now;
      if (batch.since !== undefined && now - batch.since >= LONGEST_MS[batch.waitsFor]) this.#flush(under);
    }
  }

  /** The list of channels has come, or will not. */
  flushAwaitingList(): void {
    for (const [under, { waitsFor }] of [...this.#batches]) if (waitsFor === 'list') this.#flush(under);
  }

  /** The end of a log: nothing more will come. */
  flushAll(): void {
    // A dial that has waited for one thing may be deferred again for another one.
    while (this.#batches.size > 0) for (const under of [...this.#batches.keys()]) this.#flush(under);
  }

  /** The clock was set by this many milliseconds: so are the times here. */
  shiftTime(by: number): void {
    for (const batch of this.#batches.values()) if (batch.since !== undefined) batch.since += by;
  }

  /** @param begunAt from when on the dials count as begun; absent: when they did */
  #flush(under: Channel, begunAt?: number): void {
    const batch = this.#batches.get(under);
    if (batch === undefined) return;
    this.#batches.delete(under);
    for (const { dial, at } of batch.dials) this.#route(dial, batch.waitsFor, later(at, begunAt));
  }
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return one !== undefined && other !== undefined ? Math.max(one, other) : one;
}
