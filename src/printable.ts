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

const hex = (character: string, digits: number) => character.charCodeAt(0).toString(16).padStart(digits, '0');

const shown = (character: string) =>
  character.charCodeAt(0) > 0xff ? `\\u${hex(character, 4)}` : `\\x${hex(character, 2)}`;
