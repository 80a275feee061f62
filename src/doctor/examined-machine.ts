import { statfsSync } from 'node:fs';
import { installedConfigDirectory } from '../config/installed-paths.ts';
import { type AsteriskFolder, asteriskFolder } from '../pbx/asterisk-folder.ts';
import { configFiles } from '../pbx/config-files.ts';
import { hasSystemdUnit, type Machine, thisMachine, userOfThisMachine } from '../pbx/machine.ts';
import type { MachineUser } from '../pbx/machine-users.ts';

/** The machine that the doctor examines, and the configuration of the service on it. */
export interface ExaminedMachine extends Machine {
  /** config.yaml, as the user named it. */
  configFile: string;
  /** Where the Asterisk of this machine has its configuration; absent: there is none here. */
  folder: AsteriskFolder | undefined;
  /** The user that the service runs as; absent: the user who starts it. */
  serviceUser: MachineUser | undefined;
  /** Whether systemd runs here, and has the unit of a worker of the shared queue. */
  hasWorkerUnit: boolean;
  /** Bytes that are free where a folder is. */
  freeBytes(folder: string): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** How long events are watched, in milliseconds. */
  watchMs: number;
}

export function thisExaminedMachine(configFile: string, env: NodeJS.ProcessEnv): ExaminedMachine {
  const machine = thisMachine(env, installedConfigDirectory(env));
  return {
    ...machine,
    configFile,
    folder: asteriskFolder(machine.asterisk, configFiles),
    serviceUser: machine.hasUnit ? userOfThisMachine('call-events') : undefined,
    hasWorkerUnit: hasSystemdUnit(env, 'call-events-deliver.service'),
    freeBytes: (folder) => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    now: Date.now,
    watchMs: 3000,
  };
}
