import { isIP } from 'node:net';

const WINDOW_MS = 60_000;

export interface AttemptLimits {
  /** Failed attempts a minute, from one address and from all. */
  perAddress: number;
  all: number;
}

/**
 * Limits the attempts to log in, before a password is hashed, which takes 19 MB and 140 ms. An attempt counts as failed
 * from its beginning until it succeeds, so that many attempts at once do not get around the limit.
 */
export class LoginAttempts {
  readonly #limits: AttemptLimits;
  /** The times of failed or unfinished attempts of the last minute, by the monotonic clock; the oldest first. */
  #failed: { address: string; at: number }[] = [];

  constructor(limits: AttemptLimits = { perAddress: 5, all: 30 }) {
    this.#limits = limits;
  }

  /**
   * @param now milliseconds by the monotonic clock
   * @returns a function to call when the attempt has succeeded; or the milliseconds until another attempt is allowed
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

/** IPv6 addresses are counted by their network: a visitor has 2^64 addresses. */
function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const head = before.split(':').filter((part) => part !== '');
  const tail = (after ?? '').split(':').filter((part) => part !== '');
  const zeros = after === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
