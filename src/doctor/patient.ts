import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { installedConfigDirectory } from '../config/installed-paths.ts';
import { type AsteriskFolder, asteriskFolder } from '../pbx/asterisk-folder.ts';
import { configFiles } from '../pbx/config-files.ts';
import { runProgramOf } from '../pbx/console.ts';
import { type MachineUser, userOf } from '../pbx/machine-users.ts';
import { type RunningAsterisk, runningAsterisk } from '../pbx/running-asterisk.ts';

/** What is examined, and from where. */
export interface Patient {
  env: NodeJS.ProcessEnv;
  /** config.yaml, as the user named it. */
  configFile: string;
  /** Where `${credential:NAME}` is kept for systemd. */
  configDirectory: string;
  /** Where the Asterisk of this machine has its configuration; absent: there is none here. */
  folder: AsteriskFolder | undefined;
  /** Absent: none runs here, or this user may not see it. */
  asterisk: RunningAsterisk | undefined;
  /** Whom the service runs as; absent: as the user who starts it. */
  serviceUser: MachineUser | undefined;
  /** Whether systemd runs here, and has the service's unit. */
  hasUnit: boolean;
  /** Bytes that are free where a folder is. */
  freeBytes(folder: string): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** How long events are watched, in milliseconds. */
  watchMs: number;
}

export function thisPatient(configFile: string, env: NodeJS.ProcessEnv): Patient {
  const hasUnit =
    existsSync('/run/systemd/system') && runProgramOf(env, 'systemctl', ['cat', 'call-events.service']).ok;
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const asterisk = runningAsterisk();
  return {
    env,
    configFile,
    configDirectory: installedConfigDirectory(env),
    folder: asteriskFolder(asterisk, configFiles),
    asterisk,
    serviceUser: hasUnit ? userOf('call-events', read('/etc/passwd'), read('/etc/group')) : undefined,
    hasUnit,
    freeBytes: (folder) => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    now: Date.now,
    watchMs: 3000,
  };
}
