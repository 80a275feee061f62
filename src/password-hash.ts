import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** A password as it is kept: argon2id, its cost, its salt and what came of it. */
export interface PasswordHash {
  /** In kB. */
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tag: Buffer;
}

/** OWASP's cost for argon2id: 19 MB, two passes; 140 ms of a thread beside the calls. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** A hash that somebody else made must not stop the service by its cost. */
const MOST_MEMORY = 262_144;
const MOST_PASSES = 20;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=([1-8])\$([\w+/]{11,86})\$([\w+/]{16,86})$/;

/**
 * Reads a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
 * @returns absent when it is none, or costs too much
 */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, m, t, p, salt = '', tag = ''] = PHC.exec(text) ?? [];
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)];
  if (salt === '' || memory > MOST_MEMORY || memory < 8 * parallelism || passes < 1 || passes > MOST_PASSES)
    return undefined;
  return { memory, passes, parallelism, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/** Makes a PHC string of a password, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, { ...COST, salt, tag: Buffer.alloc(TAG_BYTES) });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether a hash was made of this password. It takes the memory and the time that the hash names. */
export async function isPasswordOf(hash: PasswordHash, password: string): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash), hash.tag);
}

async function derive(password: string, { memory, passes, parallelism, salt, tag }: PasswordHash): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      // The same letters may be typed in two ways.
      { message: password.normalize('NFC'), nonce: salt, memory, passes, parallelism, tagLength: tag.length },
      (error, derived) => (error === null ? resolve(derived) : reject(error)),
    );
  });
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
