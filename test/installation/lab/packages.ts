import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, VERSION, WORK } from '../../../packaging/project.ts';
import { run } from '../../../packaging/run.ts';
import { CACHE } from './roots.ts';

/** What this machine can run. */
export const NATIVE = run('dpkg', ['--print-architecture']).trim();

/** The package of this checkout, once it is built. */
export const PACKAGE = join(ROOT, `dist-packages/call-events_${VERSION}_${NATIVE}.deb`);

/** Builds it, for this machine only; less tightly packed than for a release, whose size transcripts are to show. */
export async function buildPackage(): Promise<void> {
  run('node', [join(ROOT, 'packaging/deb.ts'), NATIVE], {
    env: process.env.TRANSCRIPTS === undefined ? { XZ_LEVEL: '1' } : {},
  });
}

/** Builds the archive of this checkout. */
export function buildArchive(): string {
  run('node', [join(ROOT, 'packaging/tar.ts'), NATIVE]);
  return join(ROOT, `dist-packages/call-events_${VERSION}_${NATIVE}.tar.gz`);
}

/** The package of the first commit that made one. It is built from it once. */
export function firstPackage(): string {
  const commit = run('git', ['log', '--diff-filter=A', '--format=%H', '--', 'packaging/deb.ts'], { cwd: ROOT })
    .trim()
    .split('\n')
    .at(-1);
  if (commit === undefined || commit === '') throw new Error('this checkout does not reach back to the first package');
  const kept = join(CACHE, `call-events_${commit.slice(0, 12)}_${NATIVE}.deb`);
  if (existsSync(kept)) return kept;
  const checkout = mkdtempSync(join(tmpdir(), 'call-events-first-'));
  try {
    run('sh', ['-c', `git -C '${ROOT}' archive ${commit} | tar -x -C '${checkout}'`]);
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    const epoch = run('git', ['log', '-1', '--format=%ct', commit], { cwd: ROOT }).trim();
    run('node', [join(checkout, 'packaging/deb.ts'), NATIVE], { env: { SOURCE_DATE_EPOCH: epoch, XZ_LEVEL: '1' } });
    mkdirSync(CACHE, { recursive: true });
    cpSync(join(checkout, `dist-packages/call-events_0.1.0_${NATIVE}.deb`), kept);
  } finally {
    rmSync(checkout, { recursive: true });
  }
  return kept;
}

/** The same package under another version, such as an earlier one to upgrade from. */
export function withVersion(deb: string, version: string): string {
  const folder = join(WORK, 'older');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tree = join(folder, 'tree');
  run('dpkg-deb', ['--raw-extract', deb, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  const file = join(folder, `call-events_${version}_${NATIVE}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);
  rmSync(tree, { recursive: true });
  return file;
}

export const versionOf = (deb: string) => run('dpkg-deb', ['--field', deb, 'Version']).trim();
