import { loadConfig } from '../config/load.ts';
import { amiRightsOf } from '../config/rights.ts';
import { summaryOf } from '../config/summary.ts';
import { EXIT, type Io } from './io.ts';

/** Validates config.yaml; problems are thrown as ConfigError, which the program prints. */
export function runCheck(file: string, io: Io): number {
  const config = loadConfig(file, { env: io.env });
  const rights = amiRightsOf(config);
  io.stdout(`${file}: ${summaryOf(config)}\n`);
  io.stdout(`The AMI user needs read=${rights.read.join(',')} and write=${rights.write.join(',')} in manager.conf.\n`);
  return EXIT.ok;
}
