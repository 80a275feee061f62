import { runCase } from './case-process.ts';
import type { Report } from './report.ts';
import type { Medians, Row } from './row.ts';
import { median } from './stats.ts';

const ROUNDS = 5;

/** Runs a row's cases in turns, so that what else the machine does falls on all of them. @returns medians by name */
export async function runRow(row: Row): Promise<Map<string, Medians>> {
  const reports = new Map<string, Report[]>(row.cases.map(({ name }) => [name, []]));
  const mostRounds = Math.max(...row.cases.map(({ rounds = ROUNDS }) => rounds));
  for (let round = 0; round < mostRounds; round++) {
    for (const { name, file, parameters, nodeOptions, rounds = ROUNDS } of row.cases) {
      if (round >= rounds) continue;
      reports.get(name)?.push(await runCase(file, parameters, nodeOptions));
      process.stderr.write('.');
    }
  }
  return new Map([...reports].map(([name, some]) => [name, mediansOf(some)]));
}

function mediansOf(reports: readonly Report[]): Medians {
  const keys = Object.keys(reports[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, median(reports.map((report) => report[key] ?? Number.NaN))]));
}
