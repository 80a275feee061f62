/** Lines that a change replaces. */
export interface Hunk {
  /** The number, from 1, of the first removed line; where none is removed, of the line that the new ones go before. */
  line: number;
  removed: string[];
  added: string[];
}

/** More lines would take long to compare; they are then one hunk. */
const MOST_LINES = 2000;

/** The lines that differ, as few as there are; line ends do not count. */
export function hunksBetween(before: string, after: string): Hunk[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  return hunksOf(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head + 1);
}

const linesOf = (text: string) => text.replace(/\r?\n$/, '').split(/\r?\n/);

function hunksOf(old: readonly string[], now: readonly string[], firstLine: number): Hunk[] {
  if (old.length === 0 && now.length === 0) return [];
  if (old.length * now.length > MOST_LINES * MOST_LINES || old.length === 0 || now.length === 0)
    return [{ line: firstLine, removed: [...old], added: [...now] }];
  const common = longestCommon(old, now);
  const hunks: Hunk[] = [];
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...common, [old.length, now.length] as const]) {
    if (nextA > a || nextB > b)
      hunks.push({ line: firstLine + a, removed: old.slice(a, nextA), added: now.slice(b, nextB) });
    [a, b] = [nextA + 1, nextB + 1];
  }
  return hunks;
}

/** The indexes of the lines that stay, in both texts. */
function longestCommon(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  const at = (a: number, b: number) => lengths[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a--)
    for (let b = now.length - 1; b >= 0; b--)
      lengths[a * width + b] = old[a] === now[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
  const found: (readonly [number, number])[] = [];
  for (let [a, b] = [0, 0]; a < old.length && b < now.length; ) {
    if (old[a] === now[b]) found.push([a++, b++]);
    else if (at(a + 1, b) >= at(a, b + 1)) a++;
    else b++;
  }
  return found;
}
