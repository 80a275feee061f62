import { amiRightsOf } from '../../config/ami-rights.ts';
import type { Config } from '../../config/config.ts';
import { formatProblem } from '../../config/config-problem.ts';
import { loadConfig } from '../../config/load.ts';
import { summaryOf } from '../../config/summary.ts';
import { AddressGuard } from '../../delivery/http/address-guard.ts';
import { EXIT, type Io } from '../terminal/io.ts';

/** Validates config.yaml; problems are thrown as ConfigError, which the program prints. */
export function runCheck(file: string, io: Io): number {
  const config = loadConfig(file, { env: io.env });
  const rights = amiRightsOf(config);
  io.stdout(`${file}: ${summaryOf(config)}\n`);
  for (const hint of config.hints) io.stderr(`${formatProblem(file, hint)} (a hint; the file is right)\n`);
  for (const refused of refusedTargets(config)) io.stderr(`${refused}\n`);
  io.stdout(`The AMI user needs read=${rights.read.join(',')} and write=${rights.write.join(',')} in manager.conf.\n`);
  if (config.queue !== undefined)
    io.stdout(
      'With `queue` a second service on the same Asterisk is refused, and sends nothing, unless both users have write=reporting (CoreStatus).\n',
    );
  return EXIT.ok;
}

/** Rules whose receiver is an address that requests are refused to; a name is looked up only when it is sent to. */
function refusedTargets({ extensions, delivery }: Config): string[] {
  const guard = new AddressGuard(delivery);
  return extensions.flatMap(({ key, rules }) =>
    (rules ?? []).flatMap(({ id, url }) => {
      try {
        if (URL.canParse(url)) guard.checkLiteral(new URL(url));
        return [];
      } catch (error) {
        return [`rule ${id} of ${key} will send nothing: ${error instanceof Error ? error.message : String(error)}`];
      }
    }),
  );
}
