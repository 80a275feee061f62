import { AmiError } from '../ami/errors.ts';
import { amiRightsOf } from '../config/ami-rights.ts';
import { amiSettingsOf, outboxPathOf } from '../config/ami-settings.ts';
import type { AsteriskConfig, Config } from '../config/config.ts';
import { INSTALLED_OUTBOX, isInstalledConfig } from '../config/installed-paths.ts';
import { packageVersion } from '../package-root.ts';
import { configFiles } from '../pbx/config-files.ts';
import { Console } from '../pbx/console.ts';
import { isThisMachine } from '../pbx/is-this-machine.ts';
import { generalOf, type ManagerConf, readManagerConf } from '../pbx/manager-conf.ts';
import { Redactor } from '../redact/redactor.ts';
import {
  checksOfServer,
  examineManagerConf,
  examineObservation,
  explainFailure,
  type LocalHints,
} from './ami-checks.ts';
import { type Check, ok, withoutNumbers } from './check.ts';
import { examineConfig, isWorkers } from './config-checks.ts';
import type { ExaminedMachine } from './examined-machine.ts';
import { examineFiles } from './file-checks.ts';
import { observeAmi } from './observe-ami.ts';
import { examineDisk, examineOutbox } from './outbox-checks.ts';
import { examinePhones } from './phone-checks.ts';
import { examineService } from './service-checks.ts';
import { examineQueue } from './shared-queue-checks.ts';
import { examineTargets } from './target-checks.ts';

/** The user that setup makes. */
const SETUP_USER = 'callevents';

/**
 * Checks everything that a request depends on, from config.yaml to the receivers. Changes nothing, and sends nothing.
 * @returns the checks, without secrets and without whole telephone numbers
 */
export async function examine(machine: ExaminedMachine): Promise<Check[]> {
  const { checks, config, hasSecrets } = examineConfig(machine);
  const redactor = new Redactor(config?.secrets ?? []);
  const outbox = config === undefined || isWorkers(config) ? undefined : outboxOf(config, machine);
  const [ami, targets] = await Promise.all([
    config === undefined || !hasSecrets
      ? []
      : Promise.all(config.servers.map((asterisk) => examineAmi(machine, config, asterisk))),
    config === undefined ? [] : examineTargets(config, machine.now()),
  ]);
  const all = [
    ...checks,
    ...examineFiles(machine, outbox),
    ...examineService(machine, config !== undefined && isWorkers(config)),
    ...ami.flatMap((one) => one.checks),
    ...(outbox === undefined
      ? []
      : [examineDisk(machine, outbox), ...(await examineOutbox(machine, outbox, redactor))]),
    ...(config?.queue === undefined || !hasSecrets ? [] : await examineQueue(config, config.queue, machine, redactor)),
    ...targets,
    ok(
      'versions',
      [`call-events ${packageVersion()}`, `Node ${process.version}`, ...ami.flatMap((one) => one.versions)].join(', '),
    ),
  ];
  const shown = (text: string) => redactor.redactKnownSecrets(withoutNumbers(text));
  return all.map((check) => ({ ...check, message: shown(check.message), remedy: shown(check.remedy) }));
}

/** The outbox of the installed service where this is its configuration, even before its first start. */
function outboxOf(config: Config, { env, hasUnit }: ExaminedMachine): string {
  const isOfTheUnit = config.outbox === undefined && hasUnit && isInstalledConfig(config.file, env);
  return isOfTheUnit ? INSTALLED_OUTBOX : outboxPathOf(config, env);
}

async function examineAmi(
  machine: ExaminedMachine,
  config: Config,
  asterisk: AsteriskConfig,
): Promise<{ checks: Check[]; versions: string[] }> {
  const isHere = isThisMachine(asterisk.host);
  const isOneOfSeveral = config.servers.length > 1;
  const found = isHere ? machine.folder && readConf(machine.folder.etc) : undefined;
  // Several Asterisks on one machine have several folders, and only one was found.
  const conf = isOneOfSeveral && found !== undefined && generalOf(found).port !== asterisk.port ? undefined : found;
  const folder = isHere && (conf !== undefined || !isOneOfSeveral) ? machine.folder : undefined;
  const console = folder && new Console(machine.env, folder, machine.asterisk?.program);
  const localHints: LocalHints = {
    conf,
    reload: console?.commandLine('manager reload') ?? "asterisk -rx 'manager reload'",
    configToEdit: isOneOfSeveral || asterisk.username !== SETUP_USER ? config.file : undefined,
  };
  const shown = (checks: readonly Check[]) => checksOfServer(checks, asterisk, { isHere, isOneOfSeveral });
  try {
    const observation = await observeAmi(amiSettingsOf(config, asterisk), machine.watchMs, machine.now, console);
    return {
      checks: shown([
        ...examineManagerConf(conf),
        ...examineObservation(observation, asterisk, amiRightsOf(config), localHints),
        ...examinePhones(observation.facts, config, asterisk.server),
      ]),
      versions: [
        ...(observation.asteriskVersion === undefined ? [] : [`Asterisk ${observation.asteriskVersion}`]),
        `AMI ${observation.banner}`,
      ],
    };
  } catch (error) {
    if (!(error instanceof AmiError)) throw error;
    return { checks: shown([...examineManagerConf(conf), explainFailure(error, asterisk, localHints)]), versions: [] };
  }
}

/** Absent: there is no manager.conf, or this user may not read it. */
function readConf(etc: string): ManagerConf | undefined {
  try {
    return readManagerConf(etc, configFiles);
  } catch {
    return undefined;
  }
}
