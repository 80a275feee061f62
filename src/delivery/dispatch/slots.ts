/** Attempts at once in all, with the first to each target. */
export const MOST_AT_ONCE = 1000;
/** A target counts as this slow until its first attempt has ended. */
export const UNKNOWN_MS = 1000;
/** How much the time that the last attempt took changes what its target counts as. */
const WEIGHT = 0.25;

/**
 * How many of what all share a target may see taken and still take one more: half of it when it is the slowest, all of it when
 * it is the quickest.
 * @param slotMs for how long the target takes each
 */
export const shareOf = (total: number, slotMs: number): number =>
  Math.ceil((total / 2) * (1 + 1 / (1 + slotMs / 1000)));

/** What a target does with its slots. */
export class SlotUse {
  /** When its attempts that are on their way began, the oldest first. */
  readonly began: number[] = [];
  /** How long its attempts take, about, in milliseconds. */
  averageMs: number | undefined;

  get running(): number {
    return this.began.length;
  }

  /** For how long it takes a slot. An attempt that does not come to its end takes at least as long as it has lasted. */
  slotMs(now: number): number {
    return Math.max(this.averageMs ?? UNKNOWN_MS, now - (this.began[0] ?? now));
  }
}

/**
 * The slots for attempts, one each while it lasts. Slow targets must not take those of all others, so the first attempt to
 * each target always finds one. The rest share `total`, of which the last ones are kept for targets that give them back
 * soon: half of it from the slowest, none from the quickest. Telephony calls this trunk reservation.
 */
export class Slots {
  #running = 0;
  /** Beyond the first of each target. */
  #shared = 0;

  /** Slots that are taken. */
  get running(): number {
    return this.#running;
  }

  /** @param total how many are shared */
  isFreeFor(use: SlotUse, now: number, total: number): boolean {
    if (this.#running >= MOST_AT_ONCE) return false;
    if (use.running === 0) return true;
    return this.#shared < shareOf(total, use.slotMs(now));
  }

  take(use: SlotUse, now: number): void {
    if (use.running > 0) this.#shared++;
    use.began.push(now);
    this.#running++;
  }

  /** @param beganAt when the attempt began that has ended */
  release(use: SlotUse, beganAt: number, now: number): void {
    use.began.splice(use.began.indexOf(beganAt), 1);
    if (use.running > 0) this.#shared--;
    this.#running--;
    const { averageMs = now - beganAt } = use;
    use.averageMs = averageMs + WEIGHT * (now - beganAt - averageMs);
  }
}
