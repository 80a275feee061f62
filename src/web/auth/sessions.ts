import { hash, randomBytes } from 'node:crypto';

/** One login. Times are milliseconds by the monotonic clock. */
export interface Session {
  user: string;
  /** The hash of the password with which it began. */
  password: string;
  begunAt: number;
  seenAt: number;
}

const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
/** More people than a PBX has; the one that was seen least is ended. */
const MOST = 1000;

/**
 * Who is logged in. The browser has 32 random bytes; here is only their hash. They are forgotten when the service ends.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  /** @returns what the browser is to keep */
  begin(user: string, password: string, now: number): string {
    if (this.#sessions.size >= MOST) this.#endOldest();
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(keyOf(id), { user, password, begunAt: now, seenAt: now });
    return id;
  }

  /** Finds a session, which counts as seen by that; one that was idle for too long, or has lasted too long, is ended. */
  touch(id: string, now: number): Session | undefined {
    const session = this.#sessions.get(keyOf(id));
    if (session === undefined) return undefined;
    if (now - session.seenAt > IDLE_MS || now - session.begunAt > LONGEST_MS) {
      this.end(id);
      return undefined;
    }
    session.seenAt = now;
    return session;
  }

  /** Whether it goes on, for what is open all the time; it does not count as seen by that. */
  isValid(id: string, now: number): boolean {
    const session = this.#sessions.get(keyOf(id));
    return session !== undefined && now - session.seenAt <= IDLE_MS && now - session.begunAt <= LONGEST_MS;
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id));
  }

  #endOldest(): void {
    let oldest: [string, Session] | undefined;
    for (const one of this.#sessions) if (oldest === undefined || one[1].seenAt < oldest[1].seenAt) oldest = one;
    if (oldest !== undefined) this.#sessions.delete(oldest[0]);
  }
}

const keyOf = (id: string) => hash('sha256', id);
