import { statSync } from 'node:fs';
import { runUserIn } from '../pbx/asterisk-folder.ts';
import { isAllowed } from '../pbx/machine-users.ts';
import type { ConfigFiles } from '../pbx/manager-conf.ts';
import type { FoundAsterisk } from './find-asterisk.ts';
import type { SetupMachine } from './setup-machine.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** Absent: there is no such file. */
export function ownerOf(path: string): Owner | undefined {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** The mode of a file with the secret of AMI. */
export const SECRET_MODE = 0o640;

/**
 * The owner of a new file beside manager.conf: the same as manager.conf's, but Asterisk's user must be able to read it.
 */
export function ownerOfNew({ conf, folder }: FoundAsterisk, machine: SetupMachine, files: ConfigFiles): Owner {
  const usual = ownerOf(conf?.file ?? '') ?? { uid: 0, gid: 0 };
  const named = folder && runUserIn(folder, files);
  const asterisk = machine.asterisk ?? machine.userOf(named ?? 'asterisk');
  if (asterisk === undefined) return usual;
  const { uid, gid } = asterisk;
  const mayRead = isAllowed({ ...usual, mode: SECRET_MODE }, { name: 'asterisk', uid, gid, gids: [gid] }, 4);
  return mayRead ? usual : { uid: usual.uid, gid };
}
