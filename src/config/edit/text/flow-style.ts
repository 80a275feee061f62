import { isFirstInLine, lineStart, type Patch, wholeLines } from './text-patches.ts';
import type { Container, Span } from './yaml-ranges.ts';

/* Changes maps and lists in flow style: `{ }` and `[ ]`. */

/** Inserts an entry behind another one, on a line of its own if that one has its own line. */
export function insertInFlow(
  source: string,
  container: Container<Span>,
  before: Span | undefined,
  first: Span | undefined,
  text: string,
  newline: string,
): Patch {
  if (before !== undefined) {
    const isOwnLine = isFirstInLine(source, before.start);
    const blanks = source.slice(lineStart(source, before.start), before.start);
    return { start: before.end, end: before.end, text: isOwnLine ? `,${newline}${blanks}${text}` : `, ${text}` };
  }
  if (first !== undefined) {
    const isOwnLine = isFirstInLine(source, first.start);
    const blanks = source.slice(lineStart(source, first.start), first.start);
    return { start: first.start, end: first.start, text: isOwnLine ? `${text},${newline}${blanks}` : `${text}, ` };
  }
  const open = container.start + 1;
  const inside = source.slice(open, container.end - 1);
  const isMap = source[container.start] === '{';
  if (inside.trim() === '') return { start: open, end: container.end - 1, text: isMap ? ` ${text} ` : text };
  return { start: open, end: open, text: ` ${text} ` };
}

/** Removes an entry with its comma; a comment beside it stays. */
export function removeInFlow(
  source: string,
  { parts, start: open, end: close }: Container<Span>,
  index: number,
): Patch[] {
  const [part, before, after] = [parts[index], parts[index - 1], parts[index + 1]];
  if (part === undefined) return [];
  const between = (from: number, to: number) => source.slice(from, to);
  if (after !== undefined) {
    const gap = between(part.end, after.start);
    if (!gap.includes('#')) return [{ start: part.start, end: after.start, text: '' }];
    // The comment behind the entry stays, and the comma goes.
    const comma = part.end + gap.indexOf(',') + 1;
    if (isFirstInLine(source, part.start) && /^[^\n]*,[ \t]*(?:#[^\n]*)?\r?\n/.test(gap))
      return [wholeLines(source, part.start, part.end)];
    return [{ start: part.start, end: comma, text: '' }];
  }
  if (before !== undefined) {
    const gap = between(before.end, part.start);
    const trailing = /^[ \t]*,/.exec(source.slice(part.end, close))?.[0].length ?? 0;
    if (!gap.includes('#')) return [{ start: before.end, end: part.end, text: '' }];
    return [{ start: part.start, end: part.end + trailing, text: '' }];
  }
  const rest = source.slice(part.end, close - 1);
  if (!source.slice(open + 1, part.start).includes('#') && !rest.includes('#'))
    return [{ start: open + 1, end: close - 1, text: '' }];
  return [{ start: part.start, end: part.end + (/^[ \t]*,/.exec(rest)?.[0].length ?? 0), text: '' }];
}
