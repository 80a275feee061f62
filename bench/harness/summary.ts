import type { Finding } from './row.ts';

/** Findings of a row, by the name that the command line takes. */
export type FindingsOfRows = ReadonlyMap<string, readonly Finding[]>;

export function missedTargets(findings: FindingsOfRows): string[] {
  return [...findings].flatMap(([row, some]) =>
    some.filter(({ met }) => !met).map(({ measured, target }) => `${row}: ${measured} (${target})`),
  );
}

/** How many targets were met, in one sentence for the page, whose tables mark the missed ones. */
export function countOf(findings: FindingsOfRows): string {
  const missed = missedTargets(findings).length;
  return missed === 0 ? `${metOf(findings)}.` : `${metOf(findings)}; the missed ones are marked below.`;
}

/** How many targets were met, and which were not, in one sentence. */
export function summaryOf(findings: FindingsOfRows): string {
  const missed = missedTargets(findings);
  return missed.length === 0 ? `${metOf(findings)}.` : `${metOf(findings)}; missed: ${missed.join('; ')}.`;
}

function metOf(findings: FindingsOfRows): string {
  const targets = [...findings.values()].flat().length;
  return `${targets - missedTargets(findings).length} of ${targets} targets met`;
}
