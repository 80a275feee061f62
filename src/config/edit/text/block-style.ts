import { isFirstInLine, lineEnd, lineStart, type Patch, wholeLines } from './text-patches.ts';
import { type Container, endWithComments, type Span } from './yaml-ranges.ts';

/* Changes maps and lists in block style: each key or item on a line of its own. */

/** @param end the end of the line that the new lines go behind */
export function insertLines(end: number, lines: readonly string[], newline: string): Patch {
  return { start: end, end, text: lines.map((line) => `${newline}${line}`).join('') };
}

/** Removes one key or item, with the comments that are indented further than it is. */
export function removeInBlock(
  source: string,
  { parts, indent }: Container<Span>,
  index: number,
  empty: '{}' | '[]',
): Patch[] {
  const part = parts[index];
  if (part === undefined) return [];
  const end = endWithComments(source, part.end, indent);
  const next = parts[index + 1];
  if (!isFirstInLine(source, part.start)) {
    // The first key behind a dash: the next one takes its place.
    if (next === undefined) return [{ start: part.start, end: part.end, text: empty }];
    if (!source.slice(part.end, next.start).includes('#')) return [{ start: part.start, end: next.start, text: '' }];
    return [{ start: part.start, end: lineEnd(source, part.end), text: '' }];
  }
  const lines = wholeLines(source, part.start, end);
  if (parts.length > 1) return [lines];
  const holder = colonBefore(source, lineStart(source, part.start));
  if (holder === undefined) return [{ ...lines, text: `${' '.repeat(indent)}${empty}` }];
  return [{ start: holder, end: holder, text: ` ${empty}` }, lines];
}

/**
 * The offset behind the colon of the key whose value begins in the line at `start`; only empty lines and comments are
 * between.
 */
function colonBefore(source: string, start: number): number | undefined {
  for (let at = start; at > 0; ) {
    at = lineStart(source, at - 1);
    const line = source.slice(at, lineEnd(source, at));
    if (/^\s*(?:#|$)/.test(line)) continue;
    const colon = /^.*?:(?=[ \t]*(?:#.*)?$)/.exec(line);
    return colon === null ? undefined : at + colon[0].length;
  }
  return undefined;
}
