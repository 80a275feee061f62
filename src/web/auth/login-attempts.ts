import { isIP } from 'node:net';

const WINDOW_MS = 60_000;

export interface AttemptLimits {
  /** Failed attempts a minute, from one address and from all. */
  perAddress: number;
  all: number;
}

/**
 * Limits how often a password may be tried, before its hash is made: that takes 19 MB and 140 ms. An attempt counts as failed
 * from its beginning until it has succeeded, so that many at once are no way around.
 */
export class LoginAttempts {
  readonly #limits: AttemptLimits;
  /** When attempts of the last minute failed, or began, by the monotonic clock; the oldest first. */
  #failed: { address: string; at: number }[] = [];

  constructor(limits: AttemptLimits = { perAddress: 5, all: 30 }) {
    this.#limits = limits;
  }

  /**
   * @param now milliseconds by the monotonic clock
   * @returns to be called when the attempt has succeeded; or in how many milliseconds another one may be made
   */
  begin(address: string, now: number): { succeeded: () => void } | { waitMs: number } {
    this.#failed = this.#failed.filter(({ at }) => at > now - WINDOW_MS);
    const who = networkOf(address);
    const own = this.#failed.filter((one) => one.address === who);
    const { perAddress, all } = this.#limits;
    const first = own.length >= perAddress ? own[0] : this.#failed.length >= all ? this.#failed[0] : undefined;
    if (first !== undefined) return { waitMs: first.at + WINDOW_MS - now };
    const attempt = { address: who, at: now };
    this.#failed.push(attempt);
    return {
      succeeded: () => {
        this.#failed = this.#failed.filter((one) => one !== attempt);
      },
    };
  }
}

/** One who has an IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const head = before.split(':').filter((part) => part !== '');
  const tail = (after ?? '').split(':').filter((part) => part !== '');
  const zeros = after === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
