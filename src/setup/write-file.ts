import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { nodeErrorCode } from '../node-error-code.ts';
import type { FileChange } from './file-change.ts';

/** Applies a change: wholly, or not at all. Owner and mode of a file that is there stay, and a link stays a link. */
export function writeFileChange({ path, after, mode, owner }: FileChange): void {
  if (after === undefined) {
    rmSync(path, { force: true });
    return;
  }
  const target = realPathOf(path);
  const there = statOf(target);
  makeFolder(dirname(target), owner);
  const temporary = `${target}.call-events-new`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, after);
    const { uid, gid } = there ?? owner ?? {};
    if (uid !== undefined && gid !== undefined) chownIfAllowed(temporary, uid, gid);
    fchmodSync(file, there === undefined ? mode : there.mode & 0o7777);
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(temporary, target);
}

/** Those that may read the file must get to it, whatever the umask of this user. */
function makeFolder(folder: string, owner: FileChange['owner']): void {
  if (mkdirSync(folder, { recursive: true }) === undefined) return;
  chmodSync(folder, 0o755);
  if (owner !== undefined) chownIfAllowed(folder, owner.uid, owner.gid);
}

/** Whether this user may apply a change to this file: tried, for rights are not all that can be in the way. */
export function tryWriting(path: string): boolean {
  let folder = dirname(realPathOf(path));
  while (statOf(folder) === undefined) folder = dirname(folder);
  const probe = join(folder, '.call-events-probe');
  try {
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(nodeErrorCode(error) ?? '')) return false;
    throw error;
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT' || nodeErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Only root may give a file away; a file of this user's stays so. */
function chownIfAllowed(path: string, uid: number, gid: number): void {
  if (process.getuid?.() !== 0 && uid === process.getuid?.() && gid === process.getgid?.()) return;
  chownSync(path, uid, gid);
}
