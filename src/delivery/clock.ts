/** Time as the delivery stage sees it; tests hand in their own. */
export interface Clock {
  /** Milliseconds since 1970, as the machine's clock says: it may be set back and forward. */
  now(): number;
  /** Milliseconds that only go forward. Everything that waits is counted in these. */
  monotonic(): number;
  /** Calls back after `ms` milliseconds, unless cancelled before. */
  after(ms: number, callback: () => void): { cancel(): void };
  /** 0 to 1. */
  random(): number;
}

/** No timer of Node runs longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return { cancel: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};
