/** A part of a text, and its replacement. */
export interface Patch {
  start: number;
  end: number;
  text: string;
}

/** @param patches which do not overlap; an insertion where another patch begins goes before that one */
export function patched(source: string, patches: readonly Patch[]): string {
  let text = source;
  for (const { start, end, text: piece } of patches.toSorted((a, b) => b.start - a.start || b.end - a.end))
    text = text.slice(0, start) + piece + text.slice(end);
  return text;
}

/** The beginning of the line that an offset is in. */
export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the line that an offset is in, before its LF or CR LF. */
export function lineEnd(source: string, offset: number): number {
  const found = source.indexOf('\n', offset);
  if (found < 0) return source.length;
  return source[found - 1] === '\r' && found > offset ? found - 1 : found;
}

/** The beginning of the next line, or the end of the text. */
export function nextLine(source: string, offset: number): number {
  const found = source.indexOf('\n', offset);
  return found < 0 ? source.length : found + 1;
}

/** Removes whole lines, so that no empty line is left; for a last line without a line end, the line end before it. */
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
