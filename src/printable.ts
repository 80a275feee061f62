/*
 * What callers, receivers and recordings say is printed on terminals, where a control character is a command: it could
 * set the title, clear the screen or write the clipboard of the person who reads it.
 */

/** Control characters, and those that turn the direction of a text or begin a line of their own. */
const CONTROL = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** A text with its control characters as `\x1b` and the like; line ends and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) =>
    character === '\n' || character === '\t' ? character : shown(character),
  );
}

/** The same for what must stay in one line. */
export function printableLine(text: string): string {
  return text.replaceAll(CONTROL, shown);
}

/** JSON of the same value without raw control characters: `JSON.stringify` leaves those above 0x7e. */
export function printableJson(json: string): string {
  return json.replaceAll(CONTROL, (character) => (character === '\n' ? character : `\\u${hex(character, 4)}`));
}

/** JSON whose texts have control characters as `\x1b`, for what prints these texts as they are; line ends and tabs stay. */
export function jsonOfPrintable(json: string): string {
  return json
    .replaceAll(/\\\\|\\u00([0-9a-f]{2})|\\([bfr])/g, (escaped, code?: string, letter?: string) => {
      if (code !== undefined) return `\\\\x${code}`;
      return letter === undefined ? escaped : `\\\\x${{ b: '08', f: '0c', r: '0d' }[letter]}`;
    })
    .replaceAll(CONTROL, (character) => (character === '\n' ? character : `\\${shown(character)}`));
}

const hex = (character: string, digits: number) => character.charCodeAt(0).toString(16).padStart(digits, '0');

const shown = (character: string) =>
  character.charCodeAt(0) > 0xff ? `\\u${hex(character, 4)}` : `\\x${hex(character, 2)}`;
