import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedConfigDirectory } from '../config/installed-paths.ts';
import { runProgramOf } from '../pbx/console.ts';
import { type MachineUser, userOf } from '../pbx/machine-users.ts';
import { type RunningAsterisk, runningAsterisk } from '../pbx/running-asterisk.ts';

/** What setup has to know of the machine that it runs on. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  isRoot: boolean;
  /** Whether systemd runs here, and has the service's unit. */
  hasUnit: boolean;
  /** Where config.yaml and the secret go. */
  configDirectory: string;
  /** The service's user, where there is one. */
  serviceUser: { uid: number; gid: number } | undefined;
  /** Absent: none runs here, or this user may not see it. */
  asterisk: RunningAsterisk | undefined;
  /** @returns absent: there is no such user */
  userOf(name: string): MachineUser | undefined;
}

export function thisMachine(env: NodeJS.ProcessEnv): Machine {
  const userNamed = (name: string) =>
    userOf(name, readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/group', 'utf8'));
  return {
    env,
    isRoot: process.getuid?.() === 0,
    hasUnit: existsSync('/run/systemd/system') && runProgramOf(env, 'systemctl', ['cat', 'call-events.service']).ok,
    configDirectory: installedConfigDirectory(env),
    serviceUser: userNamed('call-events'),
    asterisk: runningAsterisk(),
    userOf: userNamed,
  };
}

export const secretFileOf = ({ configDirectory }: Machine) => join(configDirectory, 'ami.secret');
export const configFileOf = ({ configDirectory }: Machine) => join(configDirectory, 'config.yaml');
