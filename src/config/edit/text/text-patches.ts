/** A part of a text, and what stands there afterwards. */
export interface Patch {
  start: number;
  end: number;
  text: string;
}

/** @param patches of which none overlaps another; what is put in where something is cut out stands before it */
export function patched(source: string, patches: readonly Patch[]): string {
  let text = source;
  for (const { start, end, text: piece } of patches.toSorted((a, b) => b.start - a.start || b.end - a.end))
    text = text.slice(0, start) + piece + text.slice(end);
  return text;
}

/** Where the line begins in which an offset is. */
export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line ends in which an offset is: before its line end, of which CR LF is one too. */
export function lineEnd(source: string, offset: number): number {
  const found = source.indexOf('\n', offset);
  if (found < 0) return source.length;
  return source[found - 1] === '\r' && found > offset ? found - 1 : found;
}

/** Where the next line begins, or the end of the text. */
export function nextLine(source: string, offset: number): number {
  const found = source.indexOf('\n', offset);
  return found < 0 ? source.length : found + 1;
}

/** Whole lines, so that none is left empty; of the last line, when nothing ends it, the line end before it goes. */
export function wholeLines(source: string, from: number, to: number): Patch {
  const end = nextLine(source, to);
  const start = lineStart(source, from);
  if (end < source.length || source.endsWith('\n') || start === 0) return { start, end, text: '' };
  return { start: lineEnd(source, lineStart(source, start - 1)), end, text: '' };
}

/** Whether nothing but blanks stands before an offset in its line. */
export function isFirstInLine(source: string, offset: number): boolean {
  return /^ *$/.test(source.slice(lineStart(source, offset), offset));
}
