import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { amiRightsOf } from '../config/rights.ts';
import { EXIT, type Io } from './io.ts';

/** Validates config.yaml; problems are thrown as ConfigError, which the program prints. */
export function runCheck(file: string, io: Io): number {
  const config = loadConfig(file, { env: io.env });
  const rights = amiRightsOf(config);
  io.stdout(`${file}: ${summaryOf(config)}\n`);
  io.stdout(`The AMI user needs read=${rights.read.join(',')} and write=${rights.write.join(',')} in manager.conf.\n`);
  return EXIT.ok;
}

/** `12 extensions, 2 patterns, 9 rules (1 disabled)` */
export function summaryOf({ extensions }: Config): string {
  const exact = extensions.filter(({ pattern }) => pattern === undefined).length;
  const rules = extensions.flatMap((entry) => entry.rules ?? []);
  const disabled = rules.filter(({ status }) => status === 'disabled').length;
  const patterns = extensions.length - exact;
  return [
    counted(exact, 'extension'),
    ...(patterns > 0 ? [counted(patterns, 'pattern')] : []),
    counted(rules.length, 'rule') + (disabled > 0 ? ` (${disabled} disabled)` : ''),
  ].join(', ');
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
