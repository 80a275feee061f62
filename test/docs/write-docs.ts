import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXIT, type Io } from '../../src/cli/terminal/io.ts';
import { jsonSchema } from '../../src/config/schema/json-schema.ts';
import { configReference } from '../../src/config/schema/reference.ts';
import { errorsPage } from './errors-page.ts';

/** Generated pages of docs/, by file name, with how each is made. */
export type Pages = Record<string, () => string>;

/** Those that are made from the schema and from the list of errors. */
export const SCHEMA_PAGES: Pages = {
  'configuration.md': configReference,
  'errors.md': errorsPage,
  'config.schema.json': () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
};

/**
 * Writes generated pages of docs/.
 * @param check write nothing; say which are stale, and exit with 1 when one is
 * @param directory for tests; docs/ of this package when left out
 */
export function writeDocs(
  pages: Pages,
  check: boolean,
  io: Pick<Io, 'stdout' | 'stderr'>,
  directory = join(import.meta.dirname, '../../docs'),
): number {
  let stale = 0;
  for (const [name, make] of Object.entries(pages)) {
    const page = join(directory, name);
    const shown = relative(process.cwd(), page);
    const text = make();
    if (textOf(page) === text) continue;
    stale++;
    if (check) io.stderr(`${shown} is not what the code says; run: npm run docs\n`);
    else {
      writeFileSync(page, text);
      io.stdout(`${shown} is written\n`);
    }
  }
  if (check) return stale === 0 ? EXIT.ok : EXIT.failed;
  if (stale === 0) io.stdout('The generated pages were up to date.\n');
  return EXIT.ok;
}

function textOf(page: string): string | undefined {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return undefined;
  }
}
