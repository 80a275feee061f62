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
/** More sessions than a PBX has people; beyond it, the session that was idle longest is ended. */
const MOST = 1000;

/**
 * The sessions of logged-in users. The browser has 32 random bytes, the service only their hash. They end with the
 * service.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  /** @returns the value of the session cookie */
  begin(user: string, password: string, now: number): string {
    if (this.#sessions.size >= MOST) this.#endOldest();
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(keyOf(id), { user, password, begunAt: now, seenAt: now });
    return id;
  }

  /** Finds a session, and counts as its use; a session that was idle or has lasted too long is ended. */
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

  /** Whether a session is still valid, for streams that stay open; does not count as its use. */
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
