import type { Report } from './report.ts';

/** One program to be measured, in a process of its own. */
export interface Case {
  /** As the table names it. */
  name: string;
  /** File under `cases/`. */
  file: string;
  parameters: object;
  nodeOptions?: readonly string[];
  /** How often; the rounds of the row are interleaved. Default: five times. */
  rounds?: number;
}

/** The medians of a case's reports. */
export type Medians = Report;

/** One line of what a row came to. */
export interface Finding {
  /** What was measured, as one reads it: `0.9 ms p50`. */
  measured: string;
  target: string;
  met: boolean;
}

/** One row of the table: what is promised, what is measured for it, and how that is judged. */
export interface Row {
  title: string;
  cases: readonly Case[];
  /** The figures shown of each case: heading, key of the report, decimals. */
  columns: readonly (readonly [heading: string, key: string, decimals: number])[];
  judge(of: (name: string) => Medians): Finding[];
}

/** `value` of the measured against a reference, judged. */
export function atLeast(what: string, value: number, limit: number): Finding {
  return { measured: `${value.toFixed(2)} × ${what}`, target: `at least ${limit} ×`, met: value >= limit };
}

/**
 * `value` in units of a reference of the same run, judged. @param what is measured @param reference what `value` is a
 * multiple of
 */
export function atMostTimes(what: string, value: number, reference: string, limit: number): Finding {
  return { measured: `${what}: ${value.toFixed(2)} × ${reference}`, target: `at most ${limit} ×`, met: value <= limit };
}

export function atMost(what: string, value: number, limit: number, unit: string, decimals = 1): Finding {
  return {
    measured: `${what}: ${value.toFixed(decimals)} ${unit}`,
    target: `at most ${limit} ${unit}`,
    met: value <= limit,
  };
}
