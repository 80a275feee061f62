import { nodeErrorCode } from '../../node-error-code.ts';

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is no directory',
  EEXIST: 'it is there already',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
};

/** The message for an error of a file, in plain words; absent for other errors. */
export function describeFileError(error: unknown): string | undefined {
  const code = nodeErrorCode(error);
  return code === undefined || !/^E[A-Z]+$/.test(code) ? undefined : (WORDS[code] ?? code);
}
