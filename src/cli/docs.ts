import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { jsonSchema } from '../config/json-schema.ts';
import { configReference } from '../config/reference.ts';
import { EXIT, type Io } from './io.ts';

/** The pages of docs/ that are made from the schema, with how each is made. */
const PAGES: Record<string, () => string> = {
  'configuration.md': configReference,
  'config.schema.json': () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
};

/**
 * Writes the generated pages of docs/.
 * @param check write nothing; say which are stale, and exit with 1 when one is
 * @param directory for tests; docs/ of this package when left out
 */
export function runDocs(check: boolean, io: Io, directory = join(import.meta.dirname, '../../docs')): number {
  let stale = 0;
  for (const [name, make] of Object.entries(PAGES)) {
    const page = join(directory, name);
    const shown = relative(process.cwd(), page);
    const text = make();
    if (textOf(page) === text) continue;
    stale++;
    if (check) io.stderr(`${shown} is not what src/config/schema.ts says; run: npm run docs\n`);
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
