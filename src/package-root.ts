import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package, with package.json in it: above src in a checkout, above dist once it is built. */
function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`there is no package.json above ${import.meta.dirname}`);
  }
}

/** The path of a file that build.ts makes. @param name in dist */
export function builtPath(name: string): string {
  return join(packageRoot(), 'dist', name);
}

/** Reads a file of the page: beside its source in a checkout, in dist once it is built. @param name `style.css` */
export function readWebAsset(name: string): string {
  const isBuilt = import.meta.dirname.startsWith(join(packageRoot(), 'dist'));
  return readFileSync(join(packageRoot(), isBuilt ? 'dist/assets' : 'src/web/assets', name), 'utf8');
}

/** The licences of the packages that are in the program; absent in a checkout, where each lies in its package. */
export function readBundledLicences(): string | undefined {
  const file = builtPath('LICENSES.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The version of the program: `0.1.0`. */
export function packageVersion(): string {
  return String(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version);
}

/** docs/recipes.md, which comes with the program. */
export function readRecipesPage(): string {
  return readFileSync(join(packageRoot(), 'docs', 'recipes.md'), 'utf8');
}

/** A recorded call that comes with the program, as AMI text. @param name its folder in fixtures/ */
export function readRecordedCall(name: string): string {
  return readFileSync(join(packageRoot(), 'fixtures', name, 'asterisk22-pjsip.ami.log'), 'utf8');
}
