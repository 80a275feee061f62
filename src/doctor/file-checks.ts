import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nodeErrorCode } from '../node-error-code.ts';
import { isAllowed, type MachineUser } from '../pbx/machine-users.ts';
import { type Check, fault, ok, warning } from './check.ts';
import type { ExaminedMachine } from './examined-machine.ts';

type Stats = { uid: number; gid: number; mode: number };

/** Checks that the service's user can use its files, and nobody else can read its secrets. */
export function examineFiles(machine: ExaminedMachine, outbox: string | undefined): Check[] {
  const { configFile, serviceUser } = machine;
  // That there is none is said already, and no rights of it are well.
  if (statOf(configFile) === undefined && outbox === undefined) return [];
  const checks = [...secretFiles(machine).flatMap((file) => examineSecret(file, machine))];
  if (serviceUser !== undefined && statOf(configFile) !== undefined && !canReach(configFile, serviceUser, 4))
    checks.push(
      fault(
        'rights',
        `${configFile} cannot be read by the service's user ${serviceUser.name}`,
        `chgrp ${serviceUser.name} ${configFile} && chmod 640 ${configFile}`,
      ),
    );
  if (outbox !== undefined) checks.push(...examineOutboxRights(outbox, serviceUser));
  return checks.length > 0 ? checks : [ok('rights', 'the service can use its files, and its secrets are private')];
}

interface SecretFile {
  path: string;
  /** systemd reads the file as root, and hands it to the service. */
  isCredential: boolean;
}

/** The files of secrets that config.yaml names. */
function secretFiles({ configFile, configDirectory }: ExaminedMachine): SecretFile[] {
  let text: string;
  try {
    text = readFileSync(configFile, 'utf8');
  } catch {
    return [];
  }
  const found = new Map<string, SecretFile>();
  for (const [, kind, name = ''] of text.replaceAll(/^\s*#.*$/gm, '').matchAll(/\$\{(file|credential):([^}]*)\}/g)) {
    const isCredential = kind === 'credential';
    const path = isCredential ? join(configDirectory, name.trim()) : name.trim();
    found.set(path, { path, isCredential });
  }
  return [...found.values()];
}

function examineSecret({ path, isCredential }: SecretFile, { serviceUser, hasUnit }: ExaminedMachine): Check[] {
  const stats = statOf(path);
  if (stats === undefined) return [];
  const checks: Check[] = [];
  if ((stats.mode & 0o007) !== 0)
    checks.push(
      warning('rights', `${path} has a secret and can be read by everybody on this machine`, `chmod 600 ${path}`),
    );
  const readsItself = !isCredential || !hasUnit;
  if (readsItself && serviceUser !== undefined && !canReach(path, serviceUser, 4))
    checks.push(
      fault(
        'rights',
        `${path} cannot be read by the service's user ${serviceUser.name}`,
        `chown ${serviceUser.name} ${path}`,
      ),
    );
  return checks;
}

function examineOutboxRights(outbox: string, user: MachineUser | undefined): Check[] {
  const folder = dirname(outbox);
  const stats = statOf(folder);
  // systemd makes the folder when the service is started.
  if (stats === undefined || user === undefined) return [];
  const chown = `chown -R ${user.name}: ${folder}`;
  if (!isAllowed(stats, user, 2) || !isAllowed(stats, user, 1))
    return [fault('rights', `the service's user ${user.name} may not write in ${folder}, where the outbox is`, chown)];
  const foreign = [outbox, `${outbox}-wal`, `${outbox}-shm`].filter((file) => {
    const one = statOf(file);
    return one !== undefined && !(isAllowed(one, user, 4) && isAllowed(one, user, 2));
  });
  return foreign.map((file) => fault('rights', `${file} cannot be written by the service's user ${user.name}`, chown));
}

/** Whether a user may enter all folders above a file, and has this right to the file. */
function canReach(path: string, user: MachineUser, right: 2 | 4): boolean {
  const stats = statOf(path);
  if (stats === undefined || !isAllowed(stats, user, right)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const above = statOf(folder);
    if (above !== undefined && !isAllowed(above, user, 1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(nodeErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}
