/** A place in a text; both count from 1. */
export interface LineAndColumn {
  line: number;
  column: number;
}

/**
 * Gives the line and column of an offset into this text. The parser's own LineCounter misses lines within a quote that
 * is not closed.
 */
export function lineAndColumnIn(source: string): (offset: number) => LineAndColumn {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const within = Math.min(Math.max(offset, 0), source.length);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= within) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: within - (starts[low] ?? 0) + 1 };
  };
}
