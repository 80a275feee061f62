import type { Finding, Medians, Row } from './row.ts';

/** What a row came to, as Markdown: its figures, then each promise. */
export function sectionOf(row: Row, medians: ReadonlyMap<string, Medians>, findings: readonly Finding[]): string {
  const headings = ['', ...row.columns.map(([heading]) => heading)];
  const figures = row.cases.map(({ name }) => [
    name,
    ...row.columns.map(([, key, decimals]) => shown(medians.get(name)?.[key], decimals)),
  ]);
  return `### ${row.title}

${table(headings, figures, true)}

${findings.map(lineOf).join('\n')}
`;
}

const lineOf = ({ measured, target, met }: Finding) => `- ${met ? 'met' : '**missed**'}: ${measured} (${target})`;

function shown(value: number | undefined, decimals: number): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function table(headings: readonly string[], lines: readonly (readonly string[])[], numbers: boolean): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, index) => (numbers && index > 0 ? '---:' : '---'));
  return [row(headings), row(rule), ...lines.map(row)].join('\n');
}
