/**
 * The word that is nearest to a mistyped one; absent when none is near.
 * @param most how many letters may be wrong. Left out: a third of the letters
 */
export function nearest(
  typed: string,
  words: Iterable<string>,
  most = Math.max(1, Math.ceil(typed.length / 3)),
): string | undefined {
  let best: string | undefined;
  let least = most + 1;
  for (const word of words) {
    const distance = editDistance(normal(typed), normal(word));
    if (distance < least) {
      least = distance;
      best = word;
    }
  }
  return best;
}

/** What to add to a message about a mistyped word; `''` when no word is near. */
export function didYouMean(typed: string, words: Iterable<string>, most?: number): string {
  const near = nearest(typed, words, most);
  return near === undefined ? '' : `did you mean "${near}"?`;
}

const normal = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, '');

/** How many letters must be put in, taken out, replaced or swapped with their neighbour (Damerau-Levenshtein). */
function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let oneBack = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (twoBack[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(
        Math.min(
          (row[j - 1] ?? 0) + 1,
          (oneBack[j] ?? 0) + 1,
          (oneBack[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
          swap,
        ),
      );
    }
    twoBack = oneBack;
    oneBack = row;
  }
  return oneBack[b.length] ?? 0;
}
