import type { AmiError } from '../ami/errors.ts';
import type { AmiRights } from '../config/ami-rights.ts';
import type { AsteriskConfig } from '../config/config.ts';
import {
  classesOf,
  generalOf,
  isFalse,
  isNamed,
  isTrue,
  type ManagerConf,
  settingOf,
  settingsOf,
} from '../pbx/manager-conf.ts';
import { type Check, fault, ok, some, warning } from './check.ts';
import type { AmiObservation } from './observe-ami.ts';

/** What the files of an Asterisk on this machine say, for explanations and remedies. */
export interface LocalHints {
  /** Absent: Asterisk is on another machine, or this user may not read manager.conf. */
  conf: ManagerConf | undefined;
  /** The command by which Asterisk reads manager.conf again. */
  reload: string;
  /**
   * config.yaml, where the administrator has to correct it: with several servers, or an AMI user that setup did not
   * make.
   */
  configToEdit: string | undefined;
}

/** Explains why there is no connection, or no login, and what to do. */
export function explainFailure(
  error: AmiError,
  { host, port, username }: AsteriskConfig,
  { conf, reload, configToEdit }: LocalHints,
): Check {
  const id = error.code === 'AMI_LOGIN_REFUSED' ? 'ami.login' : 'ami.connect';
  const general = conf && generalOf(conf);
  if (general !== undefined && !general.enabled && conf !== undefined) {
    const at = general.disabledAt;
    const where =
      at === undefined
        ? `"enabled = yes" is missing in [general] of ${conf.file}`
        : `${at.file}:${at.line} says "enabled = ${at.value}"`;
    return fault(
      id,
      `AMI is off: ${where}`,
      `editor ${at?.file ?? conf.file}     ([general]: enabled = yes), then ${reload}`,
    );
  }
  switch (error.code) {
    case 'AMI_LOGIN_REFUSED':
      if (conf !== undefined && isFalse(settingOf(conf, 'general', 'allowmultiplelogin')?.value))
        return fault(
          id,
          'a user may log in once only (allowmultiplelogin = no), and the service may be logged in',
          'systemctl stop call-events; call-events doctor; systemctl start call-events',
        );
      return fault(
        id,
        `Asterisk refuses user or secret: ${error.message}`,
        configToEdit === undefined
          ? 'call-events setup'
          : `editor ${configToEdit}     (the secret of ${username}, as manager.conf of ${host} has it)`,
      );
    case 'AMI_LOGIN_TIMEOUT':
      return fault(
        id,
        `${host}:${port}: ${error.message}`,
        `ss -ltnp 'sport = :${port}'     (is it Asterisk? then: asterisk -rx 'core show uptime')`,
      );
    case 'AMI_CONNECT_TIMEOUT':
      return fault(
        id,
        `${host}:${port}: ${error.message}`,
        `nc -vz ${host} ${port}     (a firewall between the two? bindaddr in manager.conf?)`,
      );
    case 'AMI_BAD_VALUE':
      return fault(id, error.message, 'call-events setup');
    default:
      return fault(id, error.message, remedyOfConnection(error.message, host));
  }
}

function remedyOfConnection(message: string, host: string): string {
  if (/ECONNREFUSED/.test(message))
    return "systemctl status asterisk     (is it up? then: asterisk -rx 'manager show settings')";
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return `getent hosts ${host}     (correct asterisk.host)`;
  if (/certificate|TLS|tls/.test(message))
    return 'editor /etc/call-events/config.yaml     (asterisk.tls), then call-events check';
  return "asterisk -rx 'manager show settings'     (compare asterisk.host and asterisk.port)";
}

/** Checks the rights, the events and the clock that the short session has shown. */
export function examineObservation(
  observation: AmiObservation,
  asterisk: AsteriskConfig,
  rights: AmiRights,
  { conf, reload }: LocalHints,
): Check[] {
  const { host, port, username } = asterisk;
  const add = (line: string) => `editor ${fileOf(conf, username)}     ([${username}]: ${line}), then ${reload}`;
  const checks: Check[] = [
    ok('ami.connect', `${host}:${port} answers, AMI ${observation.banner}`),
    ok('ami.login', `logged in as ${username}`),
  ];
  checks.push(
    observation.listRefused === undefined
      ? ok('ami.write', 'Asterisk says which channels live')
      : fault(
          'ami.write',
          `Asterisk does not say which channels live (${observation.listRefused}): calls that end while the connection is lost stay open`,
          add(`write = ${rights.write.join(',')}`),
        ),
    ...readChecks(observation, rights, conf, username, add),
    ...filterChecks(conf, username, reload),
    ...timeChecks(observation, conf, reload),
  );
  return checks;
}

/** Which classes of events come: by the events that came, else by manager.conf. */
function readChecks(
  observation: AmiObservation,
  rights: AmiRights,
  conf: ManagerConf | undefined,
  user: string,
  add: (line: string) => string,
): Check[] {
  const line = `read = ${rights.read.join(',')}`;
  if (observation.unseen.length > 0)
    return [
      fault(
        'ami.events',
        `${some(observation.unseen)} began, and no event said so: the user lacks read=call, or its events are filtered`,
        add(line),
      ),
    ];
  const classes = conf && classesOf(conf, user, 'read');
  const isStated = classes !== undefined && classes.length > 0;
  const missing = isStated && !classes.includes('all') ? rights.read.filter((one) => !classes.includes(one)) : [];
  if (missing.includes('call'))
    return [fault('ami.events', `the user has no read=call in manager.conf: no event of a call ever comes`, add(line))];
  if (missing.length > 0)
    return [fault('ami.events', `the user lacks read=${missing.join(',')}, which the configuration needs`, add(line))];
  if (!observation.fullyBooted)
    return [fault('ami.events', 'the user lacks read=system: a restart of Asterisk is not noticed', add(line))];
  if (observation.events > 0)
    return [ok('ami.events', `events of calls come (${observation.events} while the doctor looked)`)];
  return [
    ok(
      'ami.events',
      isStated
        ? `the user may read ${classes.join(',')}; no call was going on to see it by`
        : 'no call was going on, so none was seen; make one and run this again',
    ),
  ];
}

function filterChecks(conf: ManagerConf | undefined, user: string, reload: string): Check[] {
  const filters = conf === undefined ? [] : settingsOf(conf, user).filter(({ key }) => /^eventfilter/.test(key));
  return filters.map(({ file, line }) =>
    warning(
      'ami.filter',
      `${file}:${line} filters the user's events; those of calls may be among them`,
      `sed -i '${line}s/^/;/' ${file} && ${reload}`,
    ),
  );
}

/** More than an event takes to arrive. */
const CLOCK_WARNING_MS = 5000;
const CLOCK_FAULT_MS = 60_000;

function timeChecks(
  { stamped, unstamped, aheadMs }: AmiObservation,
  conf: ManagerConf | undefined,
  reload: string,
): Check[] {
  const checks: Check[] = [];
  const stated = conf && generalOf(conf).timestampevents;
  const remedy = `editor ${conf?.file ?? 'manager.conf'}     ([general]: timestampevents = yes), then ${reload}`;
  if (unstamped > 0 || (stamped === 0 && stated === false))
    checks.push(
      warning('ami.timestamps', "events do not carry Asterisk's own time: what is late is dated late", remedy),
    );
  else if (stamped > 0 || stated === true) checks.push(ok('ami.timestamps', "events carry Asterisk's own time"));
  if (aheadMs === undefined) return checks;
  const seconds = Math.abs(aheadMs / 1000).toFixed(Math.abs(aheadMs) < 10_000 ? 1 : 0);
  const message = `Asterisk's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  if (Math.abs(aheadMs) < CLOCK_WARNING_MS)
    return [...checks, ok('clock', "Asterisk's clock and this machine's agree")];
  const level = Math.abs(aheadMs) < CLOCK_FAULT_MS ? warning : fault;
  return [
    ...checks,
    level('clock', message, `timedatectl set-ntp true     (on the machine that is wrong; date shows it)`),
  ];
}

function fileOf(conf: ManagerConf | undefined, user: string): string {
  return conf?.sections.find((section) => isNamed(section, user))?.file ?? 'manager.conf';
}

/** Warns of a second [general] in manager.conf, which Asterisk ignores. */
export function examineManagerConf(conf: ManagerConf | undefined): Check[] {
  if (conf === undefined) return [];
  return generalOf(conf).ignored.map(({ file, line, settings }) => {
    const has = settings.some(({ key, value }) => key === 'enabled' && isTrue(value));
    return warning(
      'ami.general',
      `${file}:${line} is a second [general], which Asterisk ignores${has ? ', with its "enabled = yes"' : ''}`,
      `editor ${file}     (move its lines into the first [general])`,
    );
  });
}

/** Commands that are typed on the machine of Asterisk. */
const AT_ASTERISK = /^(?:asterisk |editor manager\.conf |ss |sed |systemctl status asterisk)/;

/** The checks of one server: with its name where there are several, and with its host where that is another machine. */
export function checksOfServer(
  checks: readonly Check[],
  { server, host }: AsteriskConfig,
  { isHere, isOneOfSeveral }: { isHere: boolean; isOneOfSeveral: boolean },
): Check[] {
  return checks.map(({ message, remedy, ...check }) => ({
    ...check,
    message: isOneOfSeveral ? `${server}: ${message}` : message,
    remedy: !isHere && AT_ASTERISK.test(remedy) ? `on ${host}: ${remedy}` : remedy,
  }));
}
