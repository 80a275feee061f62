import { laddersPage } from './ladders-page.ts';
import { SCHEMA_PAGES, writeDocs } from './write-docs.ts';

/** `npm run docs`: writes the generated pages of docs/; with `-- --check` it only says which are stale. */
process.exitCode = writeDocs({ ...SCHEMA_PAGES, 'ladders.md': laddersPage }, process.argv.includes('--check'), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
});
