import { globSync, readFileSync, statSync } from 'node:fs';
import { nodeErrorCode } from '../node-error-code.ts';
import type { ConfigFiles } from './manager-conf.ts';

/** The files of this machine. */
export const configFiles: ConfigFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (nodeErrorCode(error) === 'ENOENT' || nodeErrorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  exists(path) {
    try {
      statSync(path);
      return true;
    } catch (error) {
      return nodeErrorCode(error) === 'EACCES';
    }
  },
  glob: (pattern) => (/[*?[{]/.test(pattern) ? globSync(pattern).sort() : [pattern]),
};
