import type { Problem } from '../config-problem.ts';

/** config.yaml itself is 7 deep; a JSON body may be deeper. Both readers of YAML call themselves for each level. */
const DEEPEST = 100;
/** Longer than any URL, body or list. The parser looks at a line many times, and a message about it quotes it. */
const LONGEST_LINE = 1_000_000;

/**
 * What is too much for the readers of YAML, seen before they are asked: a line without end, blocks within each other without
 * end. What stands in brackets is not looked at: a text may hold brackets that are never closed.
 * @returns the first problem; `undefined`: they may read it
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
