import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { nodeErrorCode } from '../../node-error-code.ts';
import { sqliteCodeOf } from './sqlite-errors.ts';

/** SQLITE_PERM, READONLY and CANTOPEN. */
const RIGHTS = new Set([3, 8, 14]);

/**
 * The advice when the outbox cannot be opened for lack of rights, mostly because root has used or restored it before;
 * absent when there is another cause.
 * @param uid of this process; root may do everything
 */
export function adviceOnRights(path: string, error: unknown, uid = process.getuid?.()): string | undefined {
  const code = nodeErrorCode(error);
  const isOfRights = code === 'EPERM' || code === 'EACCES' || RIGHTS.has(sqliteCodeOf(error) ?? -1);
  if (!isOfRights || uid === undefined || uid === 0) return undefined;
  const outbox = path.replace(/\.lock$/, '');
  for (const file of ['', '-wal', '-shm', '.lock'].map((suffix) => outbox + suffix)) {
    const owner = ownerOf(file);
    if (owner !== undefined && owner !== uid)
      return `${file} belongs to ${owner === 0 ? 'root' : `user ${owner}`}, and this is ${nameOf(uid)}: chown ${nameOf(uid)} ${outbox}*`;
  }
  const folder = dirname(outbox);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return `${nameOf(uid)} may not write in the folder ${folder}: chown ${nameOf(uid)} ${folder}`;
  }
}

/** Absent when the file is not there, or may not even be looked at. */
function ownerOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.uid;
  } catch {
    return undefined;
  }
}

function nameOf(uid: number): string {
  try {
    const user = userInfo();
    return user.uid === uid ? user.username : String(uid);
  } catch {
    // The user has no name, as in many containers.
    return String(uid);
  }
}
