/** The number of attempts under way, including the first to each target. */
export const MOST_AT_ONCE = 1000;
/** The assumed duration of attempts to a target until its first one has ended. */
export const UNKNOWN_MS = 1000;
/** The weight of the last attempt in the average duration. */
const WEIGHT = 0.25;

/**
 * A target may take another shared slot while fewer than this many are in use: half of `total` for the slowest target,
 * all of it for the quickest.
 * @param slotMs for how long the target takes each
 */
export const shareOf = (total: number, slotMs: number): number =>
  Math.ceil((total / 2) * (1 + 1 / (1 + slotMs / 1000)));

/** A target's use of its slots. */
export class SlotUse {
  /** When its attempts that are on their way began, the oldest first. */
  readonly began: number[] = [];
  /** How long its attempts take, about, in milliseconds. */
  averageMs: number | undefined;

  get running(): number {
    return this.began.length;
  }

  /** How long an attempt takes its slot, about. An attempt under way counts with at least the time it has lasted. */
  slotMs(now: number): number {
    return Math.max(this.averageMs ?? UNKNOWN_MS, now - (this.began[0] ?? now));
  }
}

/**
 * The slots for attempts, one each while it lasts. Slow targets must not take those of all others, so the first attempt
 * to each target always gets one. The others share `total`, whose last slots are reserved for quick targets: the
 * slowest target gets half of `total` at most, the quickest all of it. Telephony calls this trunk reservation.
 */
export class Slots {
  #running = 0;
  /** Slots in use, without the first of each target. */
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
