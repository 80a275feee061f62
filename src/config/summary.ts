import type { Config } from './config.ts';

/** `12 extensions, 2 patterns, 9 rules (1 disabled)` */
export function summaryOf({ extensions }: Pick<Config, 'extensions'>): string {
  const exact = extensions.filter(({ pattern }) => pattern === undefined).length;
  const patterns = extensions.length - exact;
  const rules = extensions.flatMap((entry) => entry.rules ?? []);
  const disabled = rules.filter(({ status }) => status === 'disabled').length;
  return [
    counted(exact, 'extension'),
    ...(patterns > 0 ? [counted(patterns, 'pattern')] : []),
    counted(rules.length, 'rule') + (disabled > 0 ? ` (${disabled} disabled)` : ''),
  ].join(', ');
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
