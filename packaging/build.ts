import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { needPrograms } from './apt.ts';
import { ROOT } from './project.ts';
import { run } from './run.ts';
import { ARCHITECTURES, type Architecture, STRIP } from './runtime.ts';

/** The architectures that the command line names, or all. */
export function wantedArchitectures(): Architecture[] {
  const given = process.argv.slice(2);
  const unknown = given.find((one) => !ARCHITECTURES.some((known) => known === one));
  if (unknown !== undefined) throw new Error(`${unknown}: expected ${ARCHITECTURES.join(' or ')}`);
  return ARCHITECTURES.filter((one) => given.length === 0 || given.includes(one));
}

/**
 * Builds dist/, and sees to it that what packages of these architectures are made with is there. @param more programs,
 * with their packages
 */
export function build(architectures: readonly Architecture[], more: Readonly<Record<string, string>> = {}): void {
  if (!existsSync(join(ROOT, 'node_modules/esbuild')))
    throw new Error('run npm ci first: the packages are built with it');
  const strip = architectures.map((one) => STRIP[one]);
  needPrograms({ ...more, ...Object.fromEntries(strip.map(({ program, from }) => [program, from])) });
  // Of what is built, too: everybody may read it.
  process.umask(0o022);
  run('node', [join(ROOT, 'build.ts')], { cwd: ROOT });
}
