import { existsSync, readFileSync } from 'node:fs';
import { runProgramOf } from './console.ts';
import { type MachineUser, userOf } from './machine-users.ts';
import { type RunningAsterisk, runningAsterisk } from './running-asterisk.ts';

/** The machine that a command runs on. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  /** Where config.yaml and the secrets are; `${credential:NAME}` is a file in there. */
  configDirectory: string;
  /** Whether systemd runs here, and has the service's unit. */
  hasUnit: boolean;
  /** Absent: none runs here, or this user may not see it. */
  asterisk: RunningAsterisk | undefined;
}

export function thisMachine(env: NodeJS.ProcessEnv, configDirectory: string): Machine {
  return {
    env,
    configDirectory,
    hasUnit: hasSystemdUnit(env, 'call-events.service'),
    asterisk: runningAsterisk(),
  };
}

/** Whether systemd runs here, and has this unit. */
export const hasSystemdUnit = (env: NodeJS.ProcessEnv, unit: string): boolean =>
  existsSync('/run/systemd/system') && runProgramOf(env, 'systemctl', ['cat', unit]).ok;

/** @returns absent: this machine has no such user */
export function userOfThisMachine(name: string): MachineUser | undefined {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return userOf(name, read('/etc/passwd'), read('/etc/group'));
}
