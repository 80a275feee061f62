import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

/** The formatter breaks lines of code, and leaves comments as they are. */
const WIDTH = 120;
const ROOT = join(import.meta.dirname, '..');
const COMMENT = /^ *(\/\/|\/?\*)/;
/** Those that have to be one line: what is said to biome, and examples of code. */
const MAY_BE_WIDER = /biome-ignore|^ *\* {5}/;

it('comments are at most 120 columns wide', () => {
  const files = globSync('{src,test,bench,packaging}/**/*.ts', { cwd: ROOT });
  const wide = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        line.length > WIDTH && COMMENT.test(line) && !MAY_BE_WIDER.test(line) ? [`${file}:${index + 1}`] : [],
      ),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(wide).toEqual([]);
});
