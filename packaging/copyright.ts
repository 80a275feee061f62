import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';
import { NODE_VERSION } from './runtime.ts';

const LINE = '='.repeat(80);

/** Licences and copyrights of all that a package has in it. @param nodeLicence the file that came with Node */
export function copyright(nodeLicence: string): string {
  return [
    'asterisk-call-events, with all that it is made of.\n',
    readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    `${LINE}\nIn /usr/lib/call-events/dist: the npm packages that the program is made with.\n`,
    readFileSync(join(ROOT, 'dist/LICENSES.txt'), 'utf8'),
    `${LINE}\n/usr/lib/call-events/node: Node.js ${NODE_VERSION}, as its project builds it, without its symbols.\n`,
    readFileSync(nodeLicence, 'utf8'),
  ].join('\n');
}
