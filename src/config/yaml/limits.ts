import type { Problem } from '../config-problem.ts';

/** config.yaml itself has 7 levels; a JSON body may have more. Both YAML parsers recurse once for each level. */
const DEEPEST = 100;
/**
 * More characters than any URL, body or list has. The parser scans a line many times, and its messages quote the line.
 */
const LONGEST_LINE = 1_000_000;

/**
 * Looks for text that the YAML parsers cannot cope with, before they read it: endless lines, and blocks nested without
 * end. Brackets are not counted: a plain text may contain brackets that are never closed.
 * @returns the first problem; `undefined`: the text may be parsed
 */
export function overLimits(source: string): Problem | undefined {
  const indents: number[] = [];
  let line = 0;
  for (let start = 0; start < source.length; ) {
    line++;
    const found = source.indexOf('\n', start);
    const end = found < 0 ? source.length : found;
    const problem = (message: string): Problem => ({ line, column: 1, key: '', message });
    if (end - start > LONGEST_LINE)
      return problem(`this line has ${end - start} characters; at most ${LONGEST_LINE} are read`);
    let at = start;
    while (source.charCodeAt(at) === 0x20) at++;
    if (at < end && source[at] !== '#') {
      while ((indents.at(-1) ?? -1) >= at - start) indents.pop();
      indents.push(at - start);
      if (indents.length > DEEPEST) return problem(TOO_DEEP);
    }
    start = end + 1;
  }
  return undefined;
}

export const TOO_DEEP = `maps and lists stand within each other more than ${DEEPEST} deep`;
