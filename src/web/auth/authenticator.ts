import { hash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { isPasswordOf, parsePasswordHash } from '../../password-hash.ts';
import { LoginAttempts } from './login-attempts.ts';
import { Sessions } from './sessions.ts';
import type { Access, Visitor } from './visitor.ts';

export type WebSettings = Config['web'];

/** The user name that goes with `web.password`. */
const ADMIN = 'admin';
/** Hashed for an unknown user name, so that the time of the answer does not show that the name is unknown. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export type LoginResult = { session: string } | { refused: 'wrong' } | { refused: 'too many'; waitMs: number };

/** Checks passwords, logins and tokens. It outlives changes of the configuration. */
export class Authenticator {
  readonly #settings: () => WebSettings;
  readonly #isDemo: boolean;
  readonly #isRight: typeof isPasswordOf;
  readonly #sessions = new Sessions();
  readonly #attempts = new LoginAttempts();
  /** One hash at a time: each takes 19 MB. */
  #hashing: Promise<unknown> = Promise.resolve();

  /**
   * @param settings the active ones
   * @param isDemo whether everybody may do everything
   * @param isRight checks a password against a hash
   */
  constructor(settings: () => WebSettings, isDemo: boolean, isRight = isPasswordOf) {
    this.#isRight = isRight;
    this.#settings = settings;
    this.#isDemo = isDemo;
  }

  async login(user: string, password: string, from: string): Promise<LoginResult> {
    const attempt = this.#attempts.begin(from, performance.now());
    if ('waitMs' in attempt) return { refused: 'too many', waitMs: attempt.waitMs };
    const name = user === '' ? ADMIN : user;
    const known = this.#userOf(name)?.password;
    const phc = known ?? NOBODY;
    const isRight = this.#hashing.then(async () => {
      const parsed = parsePasswordHash(phc);
      return parsed !== undefined && (await this.#isRight(parsed, password));
    });
    this.#hashing = isRight.catch(() => undefined);
    if (!(await isRight) || known === undefined) return { refused: 'wrong' };
    attempt.succeeded();
    return { session: this.#sessions.begin(name, known, performance.now()) };
  }

  logout(session: string): void {
    this.#sessions.end(session);
  }

  /**
   * The visitor who makes a request; absent: an unknown one.
   * @param authorization the header; with a wrong one the visitor is unknown, whatever the cookie says
   */
  visitorOf(authorization: string | undefined, cookie: string | undefined, from: string): Visitor | undefined {
    if (authorization !== undefined) return this.#byToken(authorization, from);
    if (cookie !== undefined) {
      const visitor = this.#bySession(cookie, from);
      if (visitor !== undefined) return visitor;
    }
    if (!this.#isDemo) return undefined;
    return { name: 'demo', access: 'write', from, by: 'demo', isValid: () => true };
  }

  #byToken(authorization: string, from: string): Visitor | undefined {
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (given === undefined) return undefined;
    const digest = digestOf(given);
    const find = () => this.#settings().tokens.find(({ token }) => timingSafeEqual(digestOf(token), digest));
    const found = find();
    return found && { name: found.name, access: found.access, from, by: 'token', isValid: () => find() !== undefined };
  }

  /** A login ends when its password changes, and has the present rights of its user. */
  #bySession(id: string, from: string): Visitor | undefined {
    const session = this.#sessions.touch(id, performance.now());
    if (session === undefined) return undefined;
    const { user: name, password } = session;
    const isSame = () => this.#userOf(name)?.password === password;
    if (!isSame()) {
      this.#sessions.end(id);
      return undefined;
    }
    const access = this.#userOf(name)?.access ?? 'read';
    return {
      name,
      access,
      from,
      by: 'session',
      isValid: () => isSame() && this.#sessions.isValid(id, performance.now()),
    };
  }

  #userOf(name: string): { password: string; access: Access } | undefined {
    const { password, users } = this.#settings();
    if (name === ADMIN) return password === undefined ? undefined : { password, access: 'write' };
    return users.find((user) => user.name === name);
  }
}

const digestOf = (text: string) => Buffer.from(hash('sha256', text, 'buffer'));
