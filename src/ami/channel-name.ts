/** What Asterisk says of a channel by its name: `PJSIP/101-0000001f`, `Local/101@ctx-00000002;1`. */

/** A half of a Local channel, which has no phone: its two halves join two calls. */
export function isLocal(name: string): boolean {
  return name.startsWith('Local/');
}

/** The half of a Local channel that is dialled. */
export function isFirstHalf(name: string): boolean {
  return isLocal(name) && name.endsWith(';1');
}

/** The half of a Local channel that runs the dialplan. */
export function isSecondHalf(name: string): boolean {
  return name.endsWith(';2');
}

/**
 * The name of the other half of a Local channel, the same but for its last digit; absent when it is not a half of one.
 */
export function otherHalf(name: string): string | undefined {
  if (!isLocal(name)) return undefined;
  if (isFirstHalf(name)) return `${name.slice(0, -1)}2`;
  if (isSecondHalf(name)) return `${name.slice(0, -1)}1`;
  return undefined;
}

/**
 * Left over from a masquerade, or in the middle of one: no phone and no person is behind `PJSIP/101-00000001<ZOMBIE>`.
 */
export function isMasqueradeLeftover(name: string): boolean {
  return name.endsWith('<ZOMBIE>') || name.endsWith('<MASQ>');
}
