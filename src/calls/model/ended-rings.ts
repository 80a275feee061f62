import type { Channel } from './channel.ts';

/** A channel takes a ringing call: its leg opens. */
export type TakeCall = (picker: Channel, at: number | undefined) => void;

interface EndedRing {
  take: TakeCall;
  /** When it ended: milliseconds since 1970; absent without timestamps. */
  endedAt: number | undefined;
}

/**
 * By caller, how its call is taken that has just stopped ringing with nothing that shows why: a pickup may show a
 * moment later that it was the reason.
 */
export class EndedRings {
  readonly #byCaller = new Map<Channel, EndedRing>();
  readonly #longestMs: number;

  /** @param longestMs how long a pickup may take to show, in milliseconds */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  get size(): number {
    return this.#byCaller.size;
  }

  /** A phone rings no more for this caller. */
  add(caller: Channel, take: TakeCall, endedAt: number | undefined): void {
    // Behind the others: they are in the order of their end.
    this.#byCaller.delete(caller);
    this.#byCaller.set(caller, { take, endedAt });
  }

  /** How this caller's call is taken; absent when none has just stopped ringing. It is given once. */
  take(caller: Channel): TakeCall | undefined {
    const ring = this.#byCaller.get(caller);
    this.#byCaller.delete(caller);
    return ring?.take;
  }

  /** Time passes: forgets the rings whose pickup would have shown. @param now milliseconds since 1970 */
  expire(now: number): void {
    for (const [caller, { endedAt }] of this.#byCaller) {
      if (endedAt !== undefined && Math.abs(now - endedAt) <= this.#longestMs) return;
      this.#byCaller.delete(caller);
    }
  }

  /** The clock was set by this many milliseconds: so are the times here. */
  shiftTime(by: number): void {
    for (const ring of this.#byCaller.values()) if (ring.endedAt !== undefined) ring.endedAt += by;
  }

  clear(): void {
    this.#byCaller.clear();
  }
}
