import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releases } from './changelog.ts';
import { OUTPUT, ROOT, VERSION } from './project.ts';
import { run } from './run.ts';
import { sbom } from './sbom.ts';

/*
 * `npm run release -- X.Y.Z`: all files of a release, in dist-packages. It changes nothing in the checkout and
 * publishes nothing.
 */

const [wanted] = process.argv.slice(2);
const problems = problemsOf(wanted);
if (problems.length > 0) {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else release(VERSION);

/** What is in the way; empty when nothing is. */
function problemsOf(version: string | undefined): string[] {
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) return ['usage: npm run release -- X.Y.Z'];
  const [newest] = releases();
  const found: string[] = [];
  if (VERSION !== version)
    found.push(`package.json says ${VERSION}: npm version ${version} --no-git-tag-version, and commit it`);
  if (newest?.version !== version)
    found.push(
      `CHANGELOG.md begins with ${newest?.version ?? 'no version'}: it needs "## [${version}] - YYYY-MM-DD" at its top`,
    );
  else if (newest.date === undefined) found.push(`CHANGELOG.md has no date for it: "## [${version}] - YYYY-MM-DD"`);
  else if (newest.entries.length === 0) found.push(`CHANGELOG.md says nothing of ${version}`);
  if (run('git', ['status', '--porcelain'], { cwd: ROOT }) !== '')
    found.push('there are changes that are not committed: the packages are built from a commit');
  if (run('git', ['tag', '--list', `v${version}`], { cwd: ROOT }) !== '')
    found.push(`there is a tag v${version} already`);
  return found;
}

function release(version: string): void {
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT);
  for (const script of ['deb.ts', 'tar.ts', 'rpm.ts']) run('node', [join(ROOT, 'packaging', script)]);
  run('npm', ['pack', '--silent', '--pack-destination', OUTPUT], { cwd: ROOT });
  writeFileSync(join(OUTPUT, `call-events-${version}.cdx.json`), sbom());
  rmSync(join(OUTPUT, 'work'), { recursive: true });
  const files = readdirSync(OUTPUT).sort();
  const sums = files.map((file) => `${hashOf(join(OUTPUT, file))}  ${file}\n`).join('');
  writeFileSync(join(OUTPUT, 'SHA256SUMS'), sums);
  process.stdout.write(`${sums}All in dist-packages. Next: git tag -a v${version}, and publish them\n`);
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
