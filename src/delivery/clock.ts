/** The clock of the delivery stage; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970, as the machine's clock says: it may be set back and forward. */
  now(): number;
  /** Milliseconds that only go forward. All waiting times are measured by it. */
  monotonic(): number;
  /** Calls back after `ms` milliseconds, unless cancelled before. */
  after(ms: number, callback: () => void): { cancel(): void };
  /** 0 to 1. */
  random(): number;
}

/** The longest delay of Node's timers. */
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
