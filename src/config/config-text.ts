import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { nodeErrorCode } from '../node-error-code.ts';
import { ConfigError } from './config-problem.ts';

/**
 * Ten thousand extensions with rules of their own are 6 MB. More is no configuration, and would take minutes to check.
 */
export const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of config.yaml.
 * @param file as the user named it
 * @throws ConfigError when it is not there, may not be read, or is not a text file of a size that can be read
 */
export function readConfigText(file: string): string {
  const fail = (message: string) => new ConfigError(file, [{ line: 1, column: 1, key: '', message }]);
  let opened: number | undefined;
  let bytes: Buffer;
  try {
    opened = openConfigFile(file);
    const { size } = fstatSync(opened);
    if (size > MOST_BYTES)
      throw fail(`the file has ${Math.ceil(size / 1024 / 1024)} MB; at most ${MOST_BYTES / 1024 / 1024} MB are read`);
    bytes = readFileSync(opened);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof NotAFileError) throw fail(error.message);
    const code = nodeErrorCode(error);
    if (code === 'ENOENT') throw fail('there is no such file; --config names another one');
    if (code === 'EACCES') throw fail('this user may not read the file; root may (sudo)');
    throw fail(`the file cannot be read (${String(code)})`);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
  if (bytes.includes(0)) throw fail('this is no text file: it holds NUL bytes (saved as UTF-16? It must be UTF-8)');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('the file is not UTF-8; save it as UTF-8');
  }
}

/** The path of the configuration leads to something that is no file. */
class NotAFileError extends Error {
  override readonly name = 'NotAFileError';
}

/**
 * Opens a file for reading, without waiting: a FIFO in its place would wait for a writer for ever.
 * @returns its descriptor, to be closed by the caller
 * @throws NotAFileError, or the error of the system
 */
export function openConfigFile(file: string): number {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(opened);
  if (stat.isFile()) return opened;
  closeSync(opened);
  throw new NotAFileError(
    stat.isDirectory() ? 'this is a directory, not a file' : 'this is a pipe, a socket or a device, not a file',
  );
}
