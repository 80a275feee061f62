const C_ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A name as AMI C-escapes it, read back. */
export const unescaped = (name: string): string =>
  name.replace(/\\(.)/g, (_whole, letter: string) => C_ESCAPES[letter] ?? letter);

/** A name that a phone sends in quotes, as Asterisk takes it: with SIP's own escapes. */
export const asTaken = (name: string): string => name.replace(/["\\]/g, '\\$&');
