import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, readFileSync, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeErrorCode } from '../../node-error-code.ts';
import { readConfigText } from '../config-text.ts';
import { EditRefused } from './edit-refused.ts';

/** The current text of config.yaml. */
export interface ConfigFileText {
  text: string;
  /** Differs after each change. */
  revision: string;
}

const BYTE_ORDER_MARK = '\ufeff';

/** @throws ConfigError when it cannot be read */
export function readConfigFile(file: string): ConfigFileText {
  // Makes the same checks as the service does: that it is a file, its size, its characters.
  const text = readConfigText(file);
  return { text, revision: revisionOf(text) };
}

/** Equal texts have equal revisions. */
function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Why config.yaml cannot be changed here, and how to allow it; absent: it can. */
export function whyReadOnly(file: string): string | undefined {
  let real = file;
  try {
    real = realpathSync(file);
    accessSync(real, constants.W_OK);
    return undefined;
  } catch (error) {
    return `${real === file ? file : `${file} is a link to ${real}, which`} ${reasonOf(nodeErrorCode(error), real)}`;
  }
}

function reasonOf(code: unknown, real: string): string {
  if (code === 'EROFS')
    return `is on a file system that this service may only read. Under systemd: \`systemctl edit call-events\`, and there [Service] and ReadWritePaths=${dirname(real)}`;
  if (code === 'ENOENT') return 'is not there';
  return `may not be written by the user of this service. To allow it: chown call-events: ${dirname(real)} ${real}`;
}

/**
 * Puts a text in the place of config.yaml: all of it or nothing, and on the disk when this resolves. Owner and mode
 * stay. Where its folder may not be written, or its owner could not be kept, the file itself is written; only such a
 * write can be cut off by a crash, and the service then starts with the configuration that it applied last.
 * @param revision of the text that is to be replaced
 * @throws EditRefused when the text has changed meanwhile, or the file may not be written
 */
export async function writeConfigFile(file: string, text: string, revision: string): Promise<void> {
  try {
    const real = realpathSync(file);
    const bytes = Buffer.from(hasByteOrderMark(real) ? BYTE_ORDER_MARK + text : text);
    const current = await open(real, 'r');
    let replaced = false;
    try {
      replaced = await replaceFile(file, real, bytes, await current.stat(), revision);
    } finally {
      await current.close();
    }
    if (!replaced) await overwrite(file, real, bytes, revision);
  } catch (error) {
    if (error instanceof EditRefused) throw error;
    throw new EditRefused(whyReadOnly(file) ?? `${file} cannot be written (${String(nodeErrorCode(error))})`);
  }
}

/** The text has changed since the one that a change was meant for. */
export class ChangedMeanwhile extends EditRefused {
  constructor() {
    super('config.yaml has changed since this page was opened');
  }
}

function expectRevision(file: string, revision: string): void {
  if (readConfigFile(file).revision !== revision) throw new ChangedMeanwhile();
}

/** @returns false where the folder or the file does not allow it */
async function replaceFile(file: string, real: string, bytes: Buffer, stat: Stats, revision: string): Promise<boolean> {
  // A second hard link would be left with the old text.
  if (stat.nlink > 1) return false;
  const temporary = join(dirname(real), `.${randomBytes(6).toString('hex')}.config.yaml.new`);
  let written: FileHandle;
  try {
    written = await open(temporary, 'wx', 0o600);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(String(nodeErrorCode(error)))) return false;
    throw error;
  }
  try {
    try {
      await written.writeFile(bytes);
      if (!(await giveOwner(written, stat))) return false;
      await written.chmod(stat.mode & 0o7777);
      await written.sync();
    } finally {
      await written.close();
    }
    expectRevision(file, revision);
    try {
      await rename(temporary, real);
    } catch {
      // A file that is mounted by itself into a container.
      return false;
    }
    await syncFolder(dirname(real));
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Gives the file its owner. @returns whether it has it: only root may give a file to another user */
async function giveOwner(written: FileHandle, { uid, gid }: Stats): Promise<boolean> {
  const own = await written.stat();
  if (own.uid === uid && own.gid === gid) return true;
  try {
    await written.chown(uid, gid);
    return true;
  } catch {
    return false;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } catch {
    // There are file systems that cannot; the file itself is on the disk.
  } finally {
    await opened.close();
  }
}

async function overwrite(file: string, real: string, bytes: Buffer, revision: string): Promise<void> {
  expectRevision(file, revision);
  const opened = await open(real, 'r+');
  try {
    await opened.writeFile(bytes);
    await opened.truncate(bytes.length);
    await opened.sync();
  } finally {
    await opened.close();
  }
}

function hasByteOrderMark(file: string): boolean {
  return readFileSync(file).subarray(0, 3).toString('utf8') === BYTE_ORDER_MARK;
}
