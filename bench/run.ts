import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installBenchPackages } from './harness/bench-package.ts';
import { makeHistories, removeHistories } from './harness/histories.ts';
import { ROOT } from './harness/paths.ts';
import type { Finding } from './harness/row.ts';
import { runRow } from './harness/run-row.ts';
import { FULL } from './harness/size.ts';
import { countOf, missedTargets, summaryOf } from './harness/summary.ts';
import { sectionOf } from './harness/table.ts';
import { ROWS } from './rows/rows.ts';

/*
 * Measures every row side by side, prints the tables and which targets were missed, and writes docs/performance.md: its
 * prose is bench/performance.md. BENCH=full takes the full sizes. With names of rows only those are measured, and
 * nothing is written. With --fail-on-missed a missed target makes the exit code 1.
 */
const { values: flags, positionals: wanted } = parseArgs({
  options: { 'fail-on-missed': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = wanted.filter((name) => !(name in ROWS));
if (unknown.length > 0)
  throw new Error(`no such row: ${unknown.join(', ')}; there are ${Object.keys(ROWS).join(', ')}`);
const rows = Object.entries(ROWS).filter(([name]) => wanted.length === 0 || wanted.includes(name));

installBenchPackages();
const from = performance.now();
await makeHistories();
const sections: string[] = [];
const findings = new Map<string, Finding[]>();
for (const [index, [name, row]] of rows.entries()) {
  process.stderr.write(`${index + 1}/${rows.length} ${name} `);
  const begun = performance.now();
  const medians = await runRow(row);
  process.stderr.write(` ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  const found = row.judge((of) => medians.get(of) ?? {});
  findings.set(name, found);
  const section = sectionOf(row, medians, found);
  sections.push(section);
  console.log(section);
}
removeHistories();
const minutes = ((performance.now() - from) / 60_000).toFixed(1);
const [processor] = cpus();
const machine = `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${processor?.model}, ${FULL ? 'full sizes, ' : ''}${minutes} minutes in all`;
console.log(`${machine}. ${summaryOf(findings)}`);
if (wanted.length === 0) {
  const prose = readFileSync(join(ROOT, 'bench/performance.md'), 'utf8');
  const text = prose
    .replace('{{machine}}', () => `${machine}.\n${countOf(findings)}`)
    .replace('{{tables}}', () => sections.join('\n').trimEnd());
  writeFileSync(join(ROOT, 'docs/performance.md'), text);
}
if (flags['fail-on-missed'] && missedTargets(findings).length > 0) process.exitCode = 1;
