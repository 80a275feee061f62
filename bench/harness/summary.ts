import type { Finding } from './row.ts';

/** Findings of a row, by the name that the command line takes. */
export type FindingsOfRows = ReadonlyMap<string, readonly Finding[]>;

export function missedTargets(findings: FindingsOfRows): string[] {
  return [...findings].flatMap(([row, some]) =>
    some.filter(({ met }) => !met).map(({ measured, target }) => `${row}: ${measured} (${target})`),
  );
}

/** How many targets were met, and which were not, in one sentence. */
export function summaryOf(findings: FindingsOfRows): string {
  const targets = [...findings.values()].flat().length;
  const missed = missedTargets(findings);
  const met = `${targets - missed.length} of ${targets} targets met`;
  return missed.length === 0 ? `${met}.` : `${met}; missed: ${missed.join('; ')}.`;
}
