/**
 * Asterisk's dialplan patterns: `_1XX`, `_[2-4]ZN.`, `_*X`, `_+!`. Compared and ordered as Asterisk does.
 *
 * Source: main/pbx.c, `ext_cmp_exten` and `_extension_match_core`;
 * https://docs.asterisk.org/Configuration/Dialplan/Pattern-Matching/
 */
export interface DialplanPattern {
  /** As written, with its underscore. */
  text: string;
  matches(number: string): boolean;
  /** One for each place; for the order of patterns. */
  places: readonly Place[];
}

/** What may stand at one place: a set of characters, `.` (one or more of anything) or `!` (anything or nothing). */
export type Place = ReadonlySet<string> | '.' | '!';

/** A text that is no pattern, and why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly code = 'BAD_PATTERN';
}

const DIGITS = '0123456789';
const LETTERS: Record<string, string> = { X: DIGITS, Z: '123456789', N: '23456789' };

/** Whether a text is to be a pattern: it begins with an underscore. */
export function isPattern(text: string): boolean {
  return text.startsWith('_');
}

/** @throws PatternError with what is wrong in plain words */
export function parsePattern(text: string): DialplanPattern {
  if (!isPattern(text)) throw new PatternError('a pattern begins with an underscore, such as _1XX');
  const places: Place[] = [];
  let at = 1;
  while (at < text.length) {
    const char = text[at] ?? '';
    const last = places.at(-1);
    if (last === '.' || last === '!')
      throw new PatternError(`nothing can follow "${last}", which matches all that is left`);
    if (char === '[') {
      const end = text.indexOf(']', at);
      if (end < 0) throw new PatternError('"[" has no "]"');
      places.push(parseSet(text.slice(at + 1, end)));
      at = end + 1;
      continue;
    }
    if (char === ']') throw new PatternError('"]" has no "["');
    if (char === '.' || char === '!') places.push(char);
    // Asterisk ignores dashes outside of brackets, and in the number: they are only for people.
    else if (char !== '-') places.push(new Set(LETTERS[char.toUpperCase()] ?? char));
    at++;
  }
  if (places.length === 0) throw new PatternError('the pattern is empty');
  return {
    text,
    places,
    matches: (number) => matchesPlaces(places, number.includes('-') ? number.replaceAll('-', '') : number),
  };
}

function parseSet(inside: string): Set<string> {
  if (inside === '') throw new PatternError('"[]" matches nothing');
  const set = new Set<string>();
  for (let at = 0; at < inside.length; at++) {
    const from = inside.charCodeAt(at);
    if (inside[at + 1] !== '-' || at + 2 >= inside.length) {
      set.add(inside.charAt(at));
      continue;
    }
    const to = inside.charCodeAt(at + 2);
    if (to < from) throw new PatternError(`the range ${inside.slice(at, at + 3)} runs backwards`);
    for (let code = from; code <= to; code++) set.add(String.fromCharCode(code));
    at += 2;
  }
  return set;
}

function matchesPlaces(places: readonly Place[], number: string): boolean {
  let at = 0;
  for (const place of places) {
    if (place === '!') return true;
    if (place === '.') return at < number.length;
    const char = number[at++];
    if (char === undefined || !place.has(char)) return false;
  }
  return at === number.length;
}

/**
 * Orders patterns as Asterisk tries them: at the first place where they differ the one with fewer characters, of two
 * sets of one size the one with the lower characters; `.` and then `!` last.
 */
export function comparePatterns(a: DialplanPattern, b: DialplanPattern): number {
  for (let at = 0; at < Math.max(a.places.length, b.places.length); at++) {
    const [placeA, placeB] = [a.places[at], b.places[at]];
    const order = rank(placeA) - rank(placeB) || compareTexts(characters(placeA), characters(placeB));
    if (order !== 0) return order;
  }
  return compareTexts(a.text, b.text);
}

/** A longer pattern comes before one that has ended. */
const ENDED = 1_000_000;

function rank(place: Place | undefined): number {
  if (place === undefined) return ENDED;
  if (place === '.') return ENDED - 2;
  if (place === '!') return ENDED - 1;
  return place.size;
}

const characters = (place: Place | undefined) => (typeof place === 'object' ? [...place].sort().join('') : '');

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
