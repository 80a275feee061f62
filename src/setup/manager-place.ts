import { basename, dirname, join } from 'node:path';
import { isIncluded, isNamed, type ManagerConf } from '../pbx/manager-conf.ts';
import { findBlock, USERNAME } from './manager-block.ts';

/** The file that the AMI user is written to. */
export type ManagerPlace =
  /** Into this file, which Asterisk reads or will read. */
  | { kind: 'file'; file: string }
  /** None yet: the file has to be included by this line first. */
  | { kind: 'by hand'; file: string; includeLine: string }
  /** None: there is a [callevents] already that setup did not make, here. */
  | { kind: 'foreign'; file: string; line: number };

/**
 * Finds the file that a third party may write. On FreePBX and Issabel manager.conf and manager_additional.conf are
 * rewritten from a database; manager_custom.conf is not.
 */
export function placeOf(conf: ManagerConf): ManagerPlace {
  const own = [...conf.texts].find(([, text]) => findBlock(text) !== undefined)?.[0];
  const foreign = conf.sections.find((section) => {
    const { file, line } = section;
    const block = findBlock(conf.texts.get(file) ?? '');
    const isOurs = file === own && block !== undefined && line >= block.firstLine && line <= block.lastLine;
    return isNamed(section, USERNAME) && !section.isTemplate && !isOurs;
  });
  if (foreign !== undefined) return { kind: 'foreign', file: foreign.file, line: foreign.line };
  if (own !== undefined) return { kind: 'file', file: own };
  const custom = conf.includes.find(({ pattern }) => basename(pattern) === 'manager_custom.conf');
  if (custom !== undefined) return { kind: 'file', file: custom.pattern };
  const etc = dirname(conf.file);
  const usual = join(etc, 'manager.d/call-events.conf');
  if (isIncluded(conf, usual)) return { kind: 'file', file: usual };
  // Another folder of users, such as manager_local/*.conf, or conf.d/manager_*.conf.
  const folder = conf.includes
    .filter(({ pattern }) => /^[^*?[{]*\*[^*?[{]*$/.test(basename(pattern)) && !/[*?[{]/.test(dirname(pattern)))
    .map(({ pattern }) => join(dirname(pattern), basename(pattern).replace('*', 'call-events')))
    .find((file) => isIncluded(conf, file));
  if (folder !== undefined) return { kind: 'file', file: folder };
  return { kind: 'by hand', file: usual, includeLine: '#include "manager.d/call-events.conf"' };
}
