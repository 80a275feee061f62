import type { Result } from './with-service.ts';

/** @param random 0 to 1, the same for the same seed */
export type FaultTest = (random: () => number) => Promise<Result>;

/** A row whose times were over their limits is run so often. */
const RUNS = 3;

/**
 * Runs fault tests one after the other, and prints a line with the figures of each.
 * @param title what the last line begins with
 * @param only a part of the names to run; `''`: all
 * @returns whether all passed, and there was one
 */
export async function runRows(
  title: string,
  rows: readonly (readonly [string, FaultTest])[],
  only: string,
  seed: number,
): Promise<boolean> {
  let passed = 0;
  let failed = 0;
  for (const [name, test] of rows.filter(([of]) => of.includes(only))) {
    if (await run(name, test, seed)) passed++;
    else failed++;
  }
  console.log(`${title}: ${passed} passed, ${failed} failed (SEED=${seed})`);
  return failed === 0 && passed > 0;
}

/** @returns whether it passed */
async function run(name: string, test: FaultTest, seed: number): Promise<boolean> {
  for (let left = RUNS - 1; ; left--) {
    const from = performance.now();
    const { figures, wrong, late } = await test(seeded(seed));
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    const shown = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
    const isRight = wrong.length === 0 && late.length === 0;
    const isTriedAgain = wrong.length === 0 && !isRight && left > 0;
    const verdict = isRight ? 'ok    ' : isTriedAgain ? 'late  ' : 'FAILED';
    console.log(`${verdict}  ${name} (${seconds} s): ${shown.join(', ')}`);
    for (const what of [...wrong, ...late]) console.log(`        ${what}`);
    if (!isTriedAgain) return isRight;
  }
}

function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
