import { join } from 'node:path';
import { installedConfigDirectory } from '../config/installed-paths.ts';
import { type Machine, thisMachine, userOfThisMachine } from '../pbx/machine.ts';
import type { MachineUser } from '../pbx/machine-users.ts';

/** The machine that setup runs on, and may change. */
export interface SetupMachine extends Machine {
  isRoot: boolean;
  /** The service's user, where there is one. */
  serviceUser: { uid: number; gid: number } | undefined;
  /** @returns absent: there is no such user */
  userOf(name: string): MachineUser | undefined;
}

export function thisSetupMachine(env: NodeJS.ProcessEnv): SetupMachine {
  return {
    ...thisMachine(env, installedConfigDirectory(env)),
    isRoot: process.getuid?.() === 0,
    serviceUser: userOfThisMachine('call-events'),
    userOf: userOfThisMachine,
  };
}

export const secretFileOf = ({ configDirectory }: Machine) => join(configDirectory, 'ami.secret');
export const configFileOf = ({ configDirectory }: Machine) => join(configDirectory, 'config.yaml');
