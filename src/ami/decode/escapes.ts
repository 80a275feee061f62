/** The letters behind a backslash that stand for other characters; all others stand for themselves. */
const CHARACTERS: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Undoes Asterisk's C-escapes in a text of AMI: `O\'Neil` is `O'Neil`. Once only: a phone's own escapes stay (`\\\"` is
 * `\"`).
 *
 * Source: `ast_escape_c` in main/utils.c.
 */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gs, (_, character: string) => CHARACTERS[character] ?? character);
}

/**
 * Whether Asterisk C-escapes names of callers (`CallerIDName`, `ConnectedLineName`, with any prefix and in lists of
 * channels) and the values of channel variables (`VarSet`, `ChanVariable`; not those of `Status`); numbers never. It
 * does since 13.5, which is AMI 2.8.0 (commit 53c1126090 of Asterisk, "AMI: Escape string values").
 * @param version what the banner names: `2.7.0`
 */
export function escapesTexts(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 8);
}
