import { AmiError } from '../ami/errors.ts';
import { amiRightsOf } from '../config/ami-rights.ts';
import { amiSettingsOf, outboxPathOf } from '../config/ami-settings.ts';
import type { AsteriskConfig, Config } from '../config/config.ts';
import { INSTALLED_OUTBOX, isInstalledConfig } from '../config/installed-paths.ts';
import { packageVersion } from '../package-root.ts';
import { configFiles } from '../pbx/config-files.ts';
import { Console } from '../pbx/console.ts';
import { generalOf, type ManagerConf, readManagerConf } from '../pbx/manager-conf.ts';
import { isThisMachine } from '../pbx/this-machine.ts';
import { Redactor } from '../redact/redactor.ts';
import { type Beside, checksOfServer, examineManagerConf, examineVisit, explainFailure } from './ami-checks.ts';
import { visitAmi } from './ami-visit.ts';
import { type Check, ok, withoutNumbers } from './check.ts';
import { examineConfig, isWorkers } from './config-checks.ts';
import { examineFiles } from './file-checks.ts';
import { examineDisk, examineOutbox } from './outbox-checks.ts';
import type { Patient } from './patient.ts';
import { examinePhones } from './phone-checks.ts';
import { examineQueue } from './queue-checks.ts';
import { examineService } from './service-checks.ts';
import { examineTargets } from './target-checks.ts';

/** The user that setup makes. */
const SETUP_USER = 'callevents';

/**
 * Looks at all that must be right for a request to be sent, in the order in which it goes. Changes nothing, and sends
 * nothing.
 * @returns without secrets, and without whole telephone numbers
 */
export async function examine(patient: Patient): Promise<Check[]> {
  const { checks, config, hasSecrets } = examineConfig(patient);
  const redactor = new Redactor(config?.secrets ?? []);
  const outbox = config === undefined || isWorkers(config) ? undefined : outboxOf(config, patient);
  const [ami, targets] = await Promise.all([
    config === undefined || !hasSecrets
      ? []
      : Promise.all(config.servers.map((asterisk) => examineAmi(patient, config, asterisk))),
    config === undefined ? [] : examineTargets(config, patient.now()),
  ]);
  const all = [
    ...checks,
    ...examineFiles(patient, outbox),
    ...examineService(patient),
    ...ami.flatMap((one) => one.checks),
    ...(outbox === undefined
      ? []
      : [examineDisk(patient, outbox), ...(await examineOutbox(patient, outbox, redactor))]),
    ...(config?.queue === undefined || !hasSecrets
      ? []
      : await examineQueue(config, config.queue, patient.now(), redactor)),
    ...targets,
    ok(
      'versions',
      [`call-events ${packageVersion()}`, `Node ${process.version}`, ...ami.flatMap((one) => one.versions)].join(', '),
    ),
  ];
  const shown = (text: string) => redactor.redactKnownSecrets(withoutNumbers(text));
  return all.map((check) => ({ ...check, message: shown(check.message), remedy: shown(check.remedy) }));
}

/** That of the service, not of this command: before its first start it is not there. */
function outboxOf(config: Config, { env, hasUnit }: Patient): string {
  const isOfTheUnit = config.outbox === undefined && hasUnit && isInstalledConfig(config.file, env);
  return isOfTheUnit ? INSTALLED_OUTBOX : outboxPathOf(config, env);
}

async function examineAmi(
  patient: Patient,
  config: Config,
  asterisk: AsteriskConfig,
): Promise<{ checks: Check[]; versions: string[] }> {
  const isHere = isThisMachine(asterisk.host);
  const isOneOfSeveral = config.servers.length > 1;
  const found = isHere ? patient.folder && readConf(patient.folder.etc) : undefined;
  // Several servers of one machine have several folders, of which one was found.
  const conf = isOneOfSeveral && found !== undefined && generalOf(found).port !== asterisk.port ? undefined : found;
  const folder = isHere && (conf !== undefined || !isOneOfSeveral) ? patient.folder : undefined;
  const console = folder && new Console(patient.env, folder, patient.asterisk?.program);
  const beside: Beside = {
    conf,
    reload: console?.commandLine('manager reload') ?? "asterisk -rx 'manager reload'",
    ownIn: isOneOfSeveral || asterisk.username !== SETUP_USER ? config.file : undefined,
  };
  const shown = (checks: readonly Check[]) => checksOfServer(checks, asterisk, { isHere, isOneOfSeveral });
  try {
    const visit = await visitAmi(amiSettingsOf(config, asterisk), patient.watchMs, patient.now, console);
    return {
      checks: shown([
        ...examineManagerConf(conf),
        ...examineVisit(visit, asterisk, amiRightsOf(config), beside),
        ...examinePhones(visit.facts, config, asterisk.server),
      ]),
      versions: [
        ...(visit.asteriskVersion === undefined ? [] : [`Asterisk ${visit.asteriskVersion}`]),
        `AMI ${visit.banner}`,
      ],
    };
  } catch (error) {
    if (!(error instanceof AmiError)) throw error;
    return { checks: shown([...examineManagerConf(conf), explainFailure(error, asterisk, beside)]), versions: [] };
  }
}

/** Absent: there is none here, or this user may not read it. */
function readConf(etc: string): ManagerConf | undefined {
  try {
    return readManagerConf(etc, configFiles);
  } catch {
    return undefined;
  }
}
